"""The bare alternative: the same tweepy calls with the same number of threads, and nothing else. No record, no vault, no care."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
import tweepy
from requests.adapters import HTTPAdapter


class _Redirected(HTTPAdapter):
    """tweepy knows one address only: send what it addresses there to the stub."""

    def __init__(self, address: str, threads: int) -> None:
        self._address = address
        super().__init__(pool_connections=1, pool_maxsize=threads)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = self._address + str(request.url).removeprefix("https://api.twitter.com")
        return super().send(request, *args, **kwargs)


def run(
    address: str, credentials: Mapping[str, Mapping[str, str]], texts: Mapping[str, str], threads: int, *, fresh: bool = False
) -> Sequence[float]:
    """Post one text for each account, as many at a time as there are threads.

    One `tweepy.Client` per account is made within the time that is measured; all share one pool of connections. `fresh`: a
    connection of its own for each post instead, as the sending protocol asks for, and nothing else of ours. Returns the seconds
    from the start to each answer, in the order of the accounts.
    """
    shared = _Redirected(address, threads)
    started = time.perf_counter()

    def post(name: str) -> float:
        client = tweepy.Client(**credentials[name], return_type=requests.Response)
        adapter = _Redirected(address, 1) if fresh else shared
        client.session.mount("https://", adapter)
        answer = client.create_tweet(text=texts[name], user_auth=True)
        assert answer.status_code == 201
        if fresh:
            adapter.close()
        return time.perf_counter() - started

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(post, texts))
