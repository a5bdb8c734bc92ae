"""The ledger's words: an entry, and every event that it can hold."""

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What can happen. The comment says to what; docs/ledger.md has a line for each."""

    # a message
    RECEIVED = "received"  # a revision was taken in
    FINDINGS = "findings"  # what the checks said of it
    RELEASED = "released"  # its deliveries were listed in a release
    CONFIRMED = "confirmed"  # a person said yes to the release's digest, where the policy needs no signature
    SUBMITTED = "submitted"  # it was put before those whose signatures the policy needs
    SIGNED = "signed"  # a person has signed the release's digest
    DECLINED = "declined"  # a person has refused it: it goes nowhere until that is withdrawn
    WITHDRAWN = "withdrawn"  # a person's signature or refusal counts no more
    REPLACED = "replaced"  # a newer revision took its place before anything had started
    LOCAL_ASKED = "local-asked"  # missions were asked for a text of their own, until a deadline
    LOCAL_WRITTEN = "local-written"  # a mission's own text was put beside it
    # a delivery
    PLANNED = "planned"  # -> planned
    PREPARED = "prepared"  # planned: nothing but the publishing step is left
    NOT_PREPARED = "not-prepared"  # planned: preparing failed, again later
    PREPARATION_LOST = "preparation-lost"  # planned: what was prepared is no longer good, prepare again
    PACED = "paced"  # planned: its account or app has done as much as it may for now, due again when there is room
    STARTED = "started"  # planned -> sending
    ACCEPTED = "accepted"  # sending, unknown -> published
    NOT_SENT = "not-sent"  # sending -> planned: it certainly did not go out
    THROTTLED = "throttled"  # sending -> planned: the platform said when
    REFUSED = "refused"  # sending, planned -> failed
    LOST = "lost"  # sending -> unknown: nobody told us
    EXPIRED = "expired"  # sending -> unknown: its process is gone
    DUPLICATE = "duplicate"  # sending -> unknown: the platform says that it stands there, which an earlier attempt may have done
    DOUBTED = "doubted"  # planned -> unknown: it may have gone out after the backup from which the store was restored
    FOUND = "found"  # unknown -> published: it was seen on the platform
    ABSENT = "absent"  # unknown -> planned: it is certainly not there
    STUCK = "stuck"  # unknown: a person must decide
    DECIDED = "decided"  # unknown -> published, planned: a person has decided
    WITHOUT_VIDEO = "without-video"  # planned: the payload without the video's address takes its place, as signed
    CANCELLED = "cancelled"  # planned -> cancelled
    MISSED = "missed"  # planned -> missed
    ASKED_AGAIN = "asked-again"  # failed -> planned: a person wants another try
    RECALL_ASKED = "recall-asked"  # a person wants it taken down
    COPIED = "copied"  # published: a copy of what stands there is kept
    NOT_RECALLED = "not-recalled"  # published: it could not be taken down, again later or by a person
    RECALLED = "recalled"  # published -> recalled: read back, nothing stands there any more
    # the house
    OPENED = "opened"  # the store was made, for one world
    TAKEN_IN = "taken-in"  # an account came into the list: from a file, or because a mission asked for it
    ACCOUNT_CHANGED = "account-changed"  # what is known of an account was changed
    ACCOUNT_APPROVED = "account-approved"  # somebody else than who asked for it said yes
    INVITED = "invited"  # a link was made with which its mission connects it
    INVITATION_OPENED = "invitation-opened"  # somebody has followed the link
    INVITATION_WITHDRAWN = "invitation-withdrawn"  # a link was taken back before it was used
    INVITATION_REFUSED = "invitation-refused"  # a link was used that counts no more, or for another account
    CONNECTED = "connected"  # an account's credential was stored
    NOT_CONNECTED = "not-connected"  # a sign-in came to nothing; no credential was stored
    VERIFIED = "verified"  # the platform says that we may post
    NOT_VERIFIED = "not-verified"  # the platform says that it is another account, or that we may not post
    ACTIVATED = "activated"  # it speaks for the ministry from here on
    CERTIFICATION_PROPOSED = "certification-proposed"  # the first of two persons says that it is ours and well kept
    CERTIFIED = "certified"  # the second has said so, too
    RETIRED = "retired"  # it speaks no more; its credential was removed
    STANDING = "standing"  # the platform says something else of an account than before
    STANDING_ACCEPTED = "standing-accepted"  # a person says that what has changed is right
    PROVED = "proved"  # an account was proved by a test post that was never public
    DEVIATION = "deviation"  # something stands on an account otherwise than it was signed
    DEVIATION_OVER = "deviation-over"  # it does not any more
    EXPLAINED = "explained"  # a person says why that is well
    ALERTED = "alerted"  # somebody was told
    NOT_ALERTED = "not-alerted"  # somebody could not be told; again later
    HOLD = "hold"  # a person has stopped everything of a platform, country, group, mission, account or message
    HOLD_LIFTED = "hold-lifted"  # a person lets the rest go on
    PAUSED = "paused"  # an account or platform takes nothing any more
    PROBED = "probed"  # a paused account was asked after
    RESUMED = "resumed"  # a pause has ended
    RESTORED = "restored"  # the store was put back from a backup: what was due since then is looked for first
    CAMPAIGN_PLANNED = "campaign-planned"  # every wave of a campaign was put in force
    CAMPAIGN_STOPPED = "campaign-stopped"  # a person has ended a campaign: what had not started is called off
    MINISTRY_KEY = "ministry-key"  # the ministry's own key was made, or another took its place
    REGISTER_PUBLISHED = "register-published"  # the register was signed, and is being published
    CHECKPOINTED = "checkpointed"  # the ledger was signed as it was up to then
    DISPOSED = "disposed"  # content that is not needed any more was removed; its digests stay
    LEGAL_HOLD = "legal-hold"  # nothing of a message or account is disposed of from here on
    LEGAL_HOLD_LIFTED = "legal-hold-lifted"  # it may be again
    UPGRADED = "upgraded"  # the store was brought up to date with a newer program
    APP_KEPT = "app-kept"  # what proves our own app to a platform was stored
    ALERT_SECRET = "alert-secret"  # a secret with which alerts are sent was stored
    ALERT_TESTED = "alert-tested"  # a test was sent to those whom the alerts are for
    VAULT_KEY = "vault-key"  # the vault has a new key
    VAULT_ROTATED = "vault-rotated"  # every secret was sealed anew under the first key
    VAULT_COPIED = "vault-copied"  # every secret was copied into another vault
    REHEARSAL_EMPTIED = "rehearsal-emptied"  # the local platforms were emptied
    MOVED = "moved"  # the store was copied into another database, which goes on from here
    PROPOSED = "proposed"  # the first of two persons has signed a policy
    ADOPTED = "adopted"  # the second has: it is in force from here on
    FIGURES_COLLECTED = "figures-collected"  # the figures of accounts and posts were read
    NOT_ALLOWED = "not-allowed"  # somebody wanted to change what their role may not


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact. `body` is canonical JSON, the very text that is sealed; `seal` is SHA-256(previous seal + body), hex."""

    position: int
    body: str
    seal: str


# An entry as it is kept: its position, the bytes of its body and of its seal (hex). For those who read a million of them.
Row = tuple[int, bytes, bytes]
