"""A kept file as an answer, for a face that has already made sure that it may be seen."""

from django.http import FileResponse

from guanjia.kernel import files
from guanjia.kernel.models import Attachment


def sent(attachment: Attachment) -> FileResponse:
    """The file; a browser shows pictures and downloads the rest, and opens nothing as a page."""
    response = FileResponse(
        files.path_of(attachment.sha256).open("rb"),
        content_type=attachment.content_type,
        filename=attachment.name,
        as_attachment=not attachment.content_type.startswith("image/"),
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response
