"""The OpenAPI document over HTTP: anyone may ask for it, so it costs little and takes nothing from the query."""

import json
import time

import pytest
import yaml

URL = "/api/schema"


@pytest.fixture(scope="module")
def document():
    from drf_spectacular.generators import SchemaGenerator

    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.oai.openapi+json"])
def test_json(client, document, accept):
    answer = client.get(URL, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, accept)
    assert json.loads(answer.content) == document


def test_yaml_is_the_default(client, document):
    answer = client.get(URL)
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")
    assert json.loads(json.dumps(yaml.safe_load(answer.content), default=str)) == document


@pytest.mark.parametrize("query", ["version=a%0ab", "version=2", "lang=%0a", "lang=de", 'version="; x='])
def test_the_query_changes_nothing(client, query):
    plain, asked = client.get(URL), client.get(f"{URL}?{query}")
    assert (asked.status_code, asked.content) == (200, plain.content)
    assert "Content-Disposition" not in asked.headers


def test_a_repeat_is_cheap(client):
    client.get(URL)
    start = time.process_time()
    for number in range(20):
        assert client.get(f"{URL}?x={number}").status_code == 200
    assert time.process_time() - start < 2  # each took a third of a second


def test_an_unknown_format_is_406(client):
    answer = client.get(URL, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
