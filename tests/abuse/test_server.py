"""Hostile requests to a real gunicorn with the settings of a deployment."""

import pytest

POST = (
    "POST {path} HTTP/1.1\r\nHost: api.example.com\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n"
    "Content-Type: {type}\r\nContent-Length: {length}\r\n{more}\r\n"
)
PATHS = [
    "/api/auth/login",
    "/account/reset-password",
    "/admin/login/",
    "/api/stripe-webhook",
    "/api/nothing",
    "/",
    "/healthz",
]


def post(server, path, body=b"{}", *, content_type="application/json", length=None, more=""):
    head = POST.format(
        path=path, type=content_type, length=len(body) if length is None else length, more=more
    )
    return server.raw(head.encode("latin-1") + body)


def test_every_response_has_the_security_headers(server):
    for path in (
        *("/api/docs", "/api/schema", "/api/credits", "/api/nothing", "/healthz", "/", "/nothing"),
        *("/admin/login/", "/admin/", "/payments/success"),
    ):
        headers = server.client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; "), path
        assert "frame-ancestors 'none'" in policy
        scripts = [part for part in policy.split("; ") if part.startswith("script-src")]
        assert not any("unsafe-inline" in part for part in scripts)
        assert ("'unsafe-eval'" in policy) is path.startswith("/admin/")
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    cookie = server.client.get("/admin/login/").headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie


def test_no_request_without_a_login_is_500_and_none_logs_an_error(server):
    """What answered 500 once, and its like. Each is a client's fault: at most one WARNING line."""
    refused = {
        "a charset in another codec": ("application/json; charset=punycode", ""),
        "a charset that is no text codec": ("multipart/form-data; boundary=x; charset=hex", ""),
        "a form in UTF-16": ("application/x-www-form-urlencoded; charset=utf-16", ""),
        "a charset in RFC 2231's form": ("application/json; charset*=no-such-codec''utf-8", ""),
        "a quadratic one in that form": ("application/json; charset*=punycode''" + "a-" * 3_000, ""),
    }
    for path in PATHS:
        for what, (content_type, more) in refused.items():
            status, answer = post(server, path, content_type=content_type, more=more)
            assert status == 415, (path, what)
            assert '"unsupported_media_type"' in answer
            (line,) = server.lines()
            assert " WARNING " in line, (path, what)


@pytest.mark.parametrize("name", ["Accept", "Content-Type"])
@pytest.mark.parametrize("path", ["/healthz", "/api/payments/plans", "/api/schema"])
def test_extended_parameters_of_one_name_cause_no_500(server, name, path):
    assert server.client.get(path, headers={name: "a/b; a*=x; a*0*=y"}).status_code in {200, 406, 415}
    assert not [line for line in server.lines() if " ERROR " in line]


@pytest.mark.parametrize("path", ["/admin/login/", "/account/verify-email", "/account/reset-password"])
def test_extended_parameters_of_a_part_are_400(server, path):
    part = "--x\r\nContent-Disposition: form-data; name*=x; name*0*=y\r\n\r\n1\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert server.client.post(path, content=part, headers=headers).status_code == 400
    (line,) = server.lines()
    assert " WARNING " in line


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/api/credits"])
def test_nul_in_a_cookie_is_400_and_one_line(server, path):
    cookie = r'sessionid="\000aaaaaaaaaaaaaaaa"'  # Django decodes it
    assert server.client.get(path, headers={"Cookie": cookie}).status_code == 400
    (line,) = server.lines()
    assert " WARNING " in line


@pytest.mark.parametrize(
    "path",
    ["/admin/login/?next=%00", "/api/schema?x=%00", "/api/credits?%00", "/healthz?%00", "/static/x?%00"],
)
def test_nul_in_a_query_is_400_and_one_line(server, path):
    assert server.client.get(path).status_code in {400, 404}  # static files come before the guard
    (line,) = server.lines()
    assert " WARNING " in line


def test_a_line_break_in_the_version_of_the_document_is_no_header(server):
    answer = server.client.get("/api/schema?version=a%0d%0aX-Injected:%20b")
    assert answer.status_code == 200
    assert "X-Injected" not in answer.headers
    assert server.lines() == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/schema", "/api/payments/plans"])
def test_a_wrong_method_is_405_and_not_the_403_of_the_csrf_check(server, path):
    status, answer = post(server, path)
    assert status == 405
    assert '"method_not_allowed"' in answer


def test_a_chunked_body_is_411(server):
    chunked = POST.replace("Content-Length: {length}", "Transfer-Encoding: chunked")
    head = chunked.format(path="/api/auth/login", type="application/json", more="")
    status, answer = server.raw(head.encode() + b"2\r\n{}\r\n0\r\n\r\n")
    assert status == 411
    assert '"length_required"' in answer


@pytest.mark.parametrize("path", ["/api/auth/login", "/admin/login/", "/api/stripe-webhook"])
def test_a_body_that_is_too_large_is_413_and_one_line(server, path):
    status, answer = post(server, path, body=b"x", length=3_000_000)  # it waits for no byte more
    assert status == 413
    assert '"body_too_large"' in answer
    (line,) = server.lines()
    assert " WARNING " in line


def test_a_form_of_too_many_fields_is_413_and_one_line(server):
    status, _ = post(
        server,
        "/admin/login/",
        b"a&" * 2_000,
        content_type="application/x-www-form-urlencoded",
        more="Referer: https://api.example.com/\r\nCookie: csrftoken=" + "x" * 32 + "\r\n",
    )
    assert status == 413
    (line,) = server.lines()
    assert " WARNING " in line


def test_a_bad_host_is_400_and_one_line(server):
    for path in ("/api/credits", "/admin/"):
        answer = server.client.get(path, headers={"Host": "scanner.example"})
        assert answer.status_code == 400
        assert "Content-Security-Policy" in answer.headers
        (line,) = server.lines()
        assert " WARNING " in line


@pytest.mark.parametrize(
    "signature", ["t=1,v1=é", "t=é,v1=0", "v1=" + "0" * 64, "t=" + "9" * 5_000 + ",v1=0", ",,=,"]
)
def test_a_malformed_signature_is_400(server, signature):
    status, answer = post(server, "/api/stripe-webhook", more=f"Stripe-Signature: {signature}\r\n")
    assert status == 400
    assert '"invalid_signature"' in answer
