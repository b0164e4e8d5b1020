"""Static files under names that hold their fingerprint, so that browsers may keep them for ever."""

from urllib.parse import urljoin

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Fingerprinted once collected (`manage.py serve` collects); plain before, so that tests need no collecting."""

    def url(self, name: str, force: bool = False) -> str:
        return super().url(name, force) if self.hashed_files else urljoin(self.base_url, name)
