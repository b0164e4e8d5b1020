"""A kept file as an answer, for a face that has already made sure that what it hangs on may be seen."""

from django.http import FileResponse

from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, NotFound
from guanjia.kernel.models import Attachment


def sent(attachment: Attachment, act: Act) -> FileResponse:
    """The file; a browser shows pictures and downloads the rest, and opens nothing as a page.

    A secret one is NotFound for posts that do not open it, and no browser keeps it: the next look is noted, too.
    """
    try:
        content = files.opened(attachment, act=act)
    except NotAllowed:  # or it would tell that there is such a file
        raise NotFound() from None
    response = FileResponse(
        content,
        content_type=attachment.content_type,
        filename=attachment.name,
        as_attachment=not attachment.content_type.startswith("image/"),
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store" if attachment.is_secret else "private, max-age=3600, immutable"
    return response
