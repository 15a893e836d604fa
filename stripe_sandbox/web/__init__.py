"""The hosted pages, the control panel and the control API."""
