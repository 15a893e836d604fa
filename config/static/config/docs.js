// The page of the API's documentation: dark mode, and sign-in by running an operation.
"use strict";

const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
const applyScheme = () => document.documentElement.classList.toggle("dark-mode", prefersDark.matches);
prefersDark.addEventListener("change", applyScheme);
applyScheme();

// Swagger UI's responseInterceptor: use the token of a sign-up, a sign-in or a refresh from now on.
function keepToken(response) {
  if (response.ok && /\/api\/auth\/(register|login|refresh)$/.test(response.url)) {
    const { token } = JSON.parse(response.text);
    const schema = { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    ui.authActions.authorizeWithPersistOption({ jwtAuth: { name: "jwtAuth", schema, value: token } });
  }
  return response;
}
