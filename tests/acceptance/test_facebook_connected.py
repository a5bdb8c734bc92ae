"""A Page that was connected by signing in, as the ministry's own program sees it."""

from contextlib import closing

from tests.acceptance.ministry import Ministry
from tests.rehearsal.facebook_person import agree

CALLBACK = "http://127.0.0.1:8710/connect/facebook"


def test_a_page_that_was_signed_in_is_inspected_with_our_apps_credential(ministry: Ministry) -> None:
    with closing(ministry.app()) as app:
        page = next(one for one in app.accounts if one.platform == "facebook")
        sign_in, ours = app.sign_ins["facebook"], app.vault.app("facebook")
        begun = sign_in.begin(page, ours, callback=CALLBACK)
        granted = sign_in.finish(page, ours, begun, agree(begun.address, [page.id]), callback=CALLBACK)
        app.vault.put(page.name, granted.credential)
        standing = app.platforms["facebook"].inspect(page, app.vault.get(page.name))
    assert (standing.id, standing.may_post, standing.until) == (page.id, True, granted.until)
    assert standing.until is not None
