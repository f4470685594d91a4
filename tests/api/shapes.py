# shapes.py: requests that nobody should send.
# SPDX-License-Identifier: AGPL-3.0-or-later


def bad_shapes(at):
    """Bytes, and the kinds of answer that are right. 400 from the library has no sentence."""
    cookie = f"Cookie: {at.coordinator.cookie}\r\n"
    mine = cookie + f"X-CSRF-Token: {at.coordinator.said['csrf']}\r\n"
    typed = "Content-Type: application/json\r\n"

    def get(target, extra="", version="HTTP/1.1", host="Host: t\r\n"):
        return f"GET {target} {version}\r\n{host}{cookie}{extra}\r\n".encode("utf-8")

    def post(extra, body=b"", host="Host: t\r\n", version="HTTP/1.1"):
        return f"POST /api/donors {version}\r\n{host}{mine}{extra}\r\n".encode("utf-8") + body

    return [
        ("both lengths", post(typed + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                              b"0\r\n\r\n"), "input"),
        ("both lengths, other order", post(typed + "Transfer-Encoding: chunked\r\n"
                                           "Content-Length: 2\r\n", b"0\r\n\r\n"), "input"),
        ("two equal lengths", post(typed + "Content-Length: 2\r\nContent-Length: 2\r\n", b"{}"),
         "input"),
        ("two different lengths", post(typed + "Content-Length: 2\r\nContent-Length: 3\r\n", b"{}"),
         "input"),
        ("a list of lengths", post(typed + "Content-Length: 2, 2\r\n", b"{}"), "input"),
        ("a signed length", post(typed + "Content-Length: +2\r\n", b"{}"), "input"),
        ("a negative length", post(typed + "Content-Length: -2\r\n", b"{}"), "input"),
        ("a hexadecimal length", post(typed + "Content-Length: 0x2\r\n", b"{}"), "input"),
        ("a length with a comma", post(typed + "Content-Length: 2,\r\n", b"{}"), "input"),
        ("an empty length", post(typed + "Content-Length: \r\n", b"{}"), "input"),
        ("a huge length", post(typed + "Content-Length: 99999999999999999999999\r\n", b"{}"),
         "input"),
        ("a length with a blank before its colon", post(typed + "Content-Length : 2\r\n", b"{}"),
         "input"),
        ("an encoding that is not chunked", post(typed + "Transfer-Encoding: gzip, chunked\r\n",
                                                 b"0\r\n\r\n"), "input"),
        ("identity encoding", post(typed + "Transfer-Encoding: identity\r\n", b"{}"), "input"),
        ("two encodings", post(typed + "Transfer-Encoding: chunked\r\n"
                               "Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), "input"),
        ("chunked in HTTP/1.0", post(typed + "Transfer-Encoding: chunked\r\n", b"0\r\n\r\n",
                                     version="HTTP/1.0"), "input"),
        ("a broken chunk", post(typed + "Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n0\r\n\r\n"),
         "input"),
        ("no host", get("/api/donors", host=""), "input"),
        ("an empty host", get("/api/donors", host="Host: \r\n"), "input"),
        ("two hosts", get("/api/donors", "Host: u\r\n"), "input"),
        ("two cookies", get("/api/donors", cookie), "input"),
        ("two authorizations", get("/api/donors", "Authorization: Bearer a\r\n"
                                   "Authorization: Bearer b\r\n"), "input"),
        ("two keys", post(typed + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n"
                          "Content-Length: 2\r\n", b"{}"), "input"),
        ("two proofs", post(typed + f"X-CSRF-Token: {at.coordinator.said['csrf']}\r\n"
                            "Content-Length: 2\r\n", b"{}"), "input"),
        ("two types", post(typed + typed + "Content-Length: 2\r\n", b"{}"), "input"),
        ("a token and a session", get("/api/donors", "Authorization: Bearer a\r\n"), "input"),
        ("no type", post("Content-Length: 2\r\n", b"{}"), "input"),
        ("a form", post("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n",
                        b"a=b"), "input"),
        ("another charset", post("Content-Type: application/json; charset=latin1\r\n"
                                 "Content-Length: 2\r\n", b"{}"), "input"),
        ("a header name that is none", get("/api/donors", "X Y: 1\r\n"), "input"),
        ("a control character in a header", get("/api/donors", "X-Zone: +09\x01\r\n"), "input"),
        ("a wrong zone", get("/api/donors", "X-Zone: Tokyo\r\n"), "input"),
        ("half an escape", get("/api/donors/%4"), "input"),
        ("a false escape", get("/api/donors/%zz"), "input"),
        ("a lone percent sign", get("/api/donors/%"), "input"),
        ("NUL in the path", get("/api/donors/D-1%00x"), "input"),
        ("NUL in the query", get("/api/donors?after=%00"), "input"),
        ("bytes that are not UTF-8", get("/api/donors/%ff%fe"), "input"),
        ("an overlong slash", get("/api/donors/%c0%af"), "input"),
        ("a surrogate", get("/api/donors/%ed%a0%80"), "input"),
        ("bare UTF-8 in the path", get("/api/donors/蓮"), "input"),
        ("a fragment", get("/api/donors#x"), "input"),
        ("no slash", get("api/donors"), "input"),
        ("an absolute address", get("http://t/api/donors"), "input"),
        ("an asterisk", b"OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n", "input"),
        ("a path that climbs", get("/api/donors/..%2f..%2fetc"), "input"),
        ("a body on GET", get("/api/donors", typed + "Content-Length: 2\r\n") + b"{}", "input"),
        ("a chunked body on GET", get("/api/donors", typed + "Transfer-Encoding: chunked\r\n")
         + b"2\r\n{}\r\n0\r\n\r\n", "input"),
        ("an unknown name in the query", get("/api/donors?nothing=1"), "input"),
        ("a doubled name in the query", get("/api/donors?limit=1&limit=1"), "input"),
        ("a query without a name", get("/api/donors?=1"), "input"),
        ("an empty member of the query", get("/api/donors?limit=1&&after=a"), "input"),
        ("an empty value in the query", get("/api/donors?limit="), "input"),
        ("words where a number stands", get("/api/donors?limit=many"), "input"),
        ("a limit out of range", get("/api/donors?limit=1000000"), "input"),
        ("a query that names what the path names", get("/api/donors/D-1?code=D-2"), "input"),
        ("broken JSON", post(typed + "Content-Length: 1\r\n", b"{"), "input"),
        ("JSON with a tail", post(typed + "Content-Length: 4\r\n", b"{} x"), "input"),
        ("a doubled name in JSON", post(typed + "Content-Length: 29\r\n",
                                        b'{"code": "D-1","code": "D-2"}'), "input"),
        ("a list instead of an object", post(typed + "Content-Length: 2\r\n", b"[]"), "input"),
        ("null instead of an object", post(typed + "Content-Length: 4\r\n", b"null"), "input"),
        ("NUL in JSON", post(typed + "Content-Length: 18\r\n", b'{"code": "a\\u0000"}'[:18]), "input"),
        ("a raw NUL in JSON", post(typed + "Content-Length: 13\r\n", b'{"code":"\x00b"}'), "input"),
        ("JSON that is not UTF-8", post(typed + "Content-Length: 13\r\n", b'{"code":"\xff\xfe"}'),
         "input"),
        ("a lone surrogate in JSON", post(typed + "Content-Length: 17\r\n", b'{"code":"\\ud800"}'),
         "input"),
        ("deep JSON", post(typed + "Content-Length: 100000\r\n", b"[" * 100000), "input"),
        ("a member nobody knows", post(typed + "Content-Length: 14\r\n", b'{"unknown": 1}'), "input"),
        ("a signature nobody asks for", post(typed + "Content-Length: 33\r\n",
                                             b'{"signature": {"secret": "0123"}}'), "input"),
        ("a wrong signature member", post(typed + "Content-Length: 22\r\n",
                                          b'{"signature": "secret"}'[:22]), "input"),
        ("a query on a change", f"POST /api/donors?x=1 HTTP/1.1\r\nHost: t\r\n{mine}\r\n".encode(),
         "input"),
        ("HTTP/2 in words", get("/api/donors", version="HTTP/2.0"), "input"),
        ("not HTTP at all", b"hello\r\n\r\n", "input"),
        ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64, "closed"),
        ("very long headers", get("/api/donors", "".join(f"X-{i}: {'y' * 1000}\r\n"
                                                        for i in range(100))), "input"),
        ("a very long address", get("/api/donors/" + "x" * 100000), "input"),
    ]
