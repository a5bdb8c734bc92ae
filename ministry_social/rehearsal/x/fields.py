"""Names that a reader may ask for, in the old form (tweet.fields) and the new (post.fields): docs.x.com, openapi.json."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


POST = _names("""
    article attachments author_id card_uri community_id context_annotations conversation_id created_at display_text_range
    edit_controls edit_history_tweet_ids edit_history_post_ids entities geo id in_reply_to_user_id lang media_metadata
    made_with_ai non_public_metrics note_tweet note_post organic_metrics paid_partnership possibly_sensitive promoted_metrics
    public_metrics referenced_tweets referenced_posts reply_settings scopes source suggested_source_links text withheld
""")
USER = _names("""
    affiliation connection_status confirmed_email created_at description entities id is_identity_verified location
    most_recent_tweet_id most_recent_post_id name parody pinned_tweet_id pinned_post_id profile_banner_url profile_image_url
    protected public_metrics receives_your_dm subscription subscription_type url username verified verified_followers_count
    verified_type withheld
""")
MEDIA = _names("""
    alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics
    public_metrics type url variants width
""")
EXPANSIONS = _names("""
    article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids
    author_id edit_history_tweet_ids edit_history_post_ids entities.mentions.username geo.place_id in_reply_to_user_id
    entities.note.mentions.username referenced_tweets.id referenced_tweets.id.author_id
    referenced_tweets.id.attachments.media_keys referenced_posts.id referenced_posts.id.author_id pinned_tweet_id
    pinned_post_id most_recent_tweet_id
""")
# Parameter -> values allowed; None: not looked at, as nothing here has places or polls.
SHOWING: dict[str, frozenset[str] | None] = {
    "tweet.fields": POST,
    "post.fields": POST,
    "user.fields": USER,
    "media.fields": MEDIA,
    "expansions": EXPANSIONS,
    "place.fields": None,
    "poll.fields": None,
}
