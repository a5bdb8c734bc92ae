"""The demo's message: believable, valid everywhere, and in words of their own everywhere."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from ministry_social.files.accounts import load_accounts
from ministry_social.files.demo_media import write_demo
from ministry_social.files.messages import load_message
from ministry_social.model.account import Account
from ministry_social.model.message import Message, Wording
from ministry_social.model.variant import Kind
from ministry_social.rules.length import x_length, youtube_description_length, youtube_tags_length, youtube_title_length
from ministry_social.rules.roles import roles
from ministry_social.rules.similarity import likeness, shingles

CONFIG = Path(__file__).parents[2] / "config"
LANGUAGES = {"en", "fr", "es", "ar", "zh", "pt", "de", "ru"}
PICTURES = {"minister-at-lectern.png", "solar-field.png"}
VIDEO = "\nhttps://youtu.be/" + "x" * 11
OURS = 0.35  # the demo keeps a wide distance from the threshold of the settings
