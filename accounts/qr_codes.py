"""QR codes as images that are embedded in a page."""

import io
from base64 import b64encode

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_code(text: str) -> str:
    """Return the QR code of `text` as the URL of an SVG image, dark on white in both themes."""
    image = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, border=3).save(image)
    return f"data:image/svg+xml;base64,{b64encode(image.getvalue()).decode()}"
