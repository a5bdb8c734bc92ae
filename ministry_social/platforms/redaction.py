"""Redaction: what a platform or its library says, without any secret in it."""

from urllib.parse import quote


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """The text without any of the secrets, for errors and kept answers; nor as they stand in an address (`1%2F%2F0g`)."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), quote(secret))}
    for form in sorted(forms, key=len, reverse=True):  # longest first: one may be part of another
        text = text.replace(form, "[secret]")
    return text


def harmless(error: Exception, secrets: tuple[str, ...]) -> Exception:
    """The foreign error to raise ours `from`: itself, or a stand-in where its own words or causes would show a secret."""
    told, seen = [], {id(error)}
    link: BaseException | None = error
    while link is not None:
        told.append(f"{type(link).__name__}: {link} {link.args}")
        link = link.__cause__ or link.__context__
        if link is None or id(link) in seen:
            break
        seen.add(id(link))
    words = " <- ".join(told)
    return error if redact(words, secrets) == words else RuntimeError(redact(words, secrets))
