"""Permissions that a person may give an app, and tasks that a person may have on a Page.

developers.facebook.com/docs/permissions, and `Page.Tasks` in facebook/facebook-python-business-sdk.
"""

# Each permission, and how the login dialog words it.
SCOPES = {
    "pages_show_list": "See which Pages you manage",
    "pages_read_engagement": "Read what your Pages have posted, and how people respond",
    "pages_manage_posts": "Create, change and delete posts of your Pages",
    "pages_manage_engagement": "Write and delete comments on your Pages",
    "read_insights": "Read the figures of your Pages",
}
EVERY = tuple(SCOPES)

SHOW_LIST, READ, POST, FIGURES = "pages_show_list", "pages_read_engagement", "pages_manage_posts", "read_insights"

CREATE_CONTENT = "CREATE_CONTENT"
TASKS = ("ADVERTISE", "ANALYZE", CREATE_CONTENT, "MESSAGING", "MODERATE", "MANAGE")
