"""The setting SPECTACULAR_SETTINGS: the content of the OpenAPI document, and its presentation."""

from config import openapi_document

SPECTACULAR_SETTINGS = {
    "TITLE": "Prepaid credits API",
    "DESCRIPTION": openapi_document.DESCRIPTION,
    "TAGS": openapi_document.TAGS,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi_document.add_examples",
    ],
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],  # the document is public, with any token or none
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": openapi_document.SWAGGER_UI_SETTINGS,
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}
