# framing.py: requests whose end, or whose meaning, two readers could find in different places.
# SPDX-License-Identifier: AGPL-3.0-or-later

FOLLOWER = b"GET /api/smuggled HTTP/1.1\r\nHost: t\r\n\r\n"
TYPED = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: 2\r\n"
JSON_BODY = b"{}"
LAST_CHUNK = b"0\r\n\r\n"

# Each stands for one header line of two bytes of body; none is what RFC 9110 writes.
LENGTHS = [b"+2", b"-2", b"02, 2", b"2, 2", b"2,3", b"2;", b"2 2", b"0x2", b"2.0", b"2e0", b"\"2\"",
           b"two", b"2\x0b", b"\xef\xbc\x92", b"9" * 16, b"9" * 30, b"18446744073709551618",
           b"4294967298 ", b"", b"-0", b"2\r\n 2", b"2\t"]
ENCODINGS = [b"chunked, chunked", b"chunked, identity", b"identity, chunked", b"gzip, chunked",
             b"chunked;q=1", b"xchunked", b"chunkedx", b"chunk", b"chunked,", b",chunked", b"\"chunked\"",
             b"'chunked'", b"chunked\x0b", b"\x0bchunked", b"c\x00hunked", b"",
             b"identity", b"chunked gzip", b"chunked\r\n , identity", b"trailers", b"none"]
NAMES = [b"Transfer-Encoding : chunked", b"Transfer-Encoding\t: chunked", b"Transfer Encoding: chunked",
         b"Transfer-Encoding\x00: chunked", b"Transfer-Encoding\x0b: chunked", b"Transfer-Encoding",
         b": chunked", b"Transfer-Encodin: chunked\r\n g", b"Content-Lengt: 2\r\n h",
         b"X-Y: z\r\n Transfer-Encoding: chunked", b"X-Y: z\r\n z", b"Cookie: a=b\r\n c",
         b"X\r: y\rTransfer-Encoding: chunked", b"\x00: y", b"X\xff(: y"]
CHUNKS = [b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"+2\r\n{}\r\n0\r\n\r\n",
          b"0x2\r\n{}\r\n0\r\n\r\n", b" 2\r\n{}\r\n0\r\n\r\n", b"2{}\r\n0\r\n\r\n",
          b"2\r\n{}0\r\n\r\n", b"2\r\n{}x\r\n0\r\n\r\n",
          b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n", b"10000000000000002\r\n{}\r\n0\r\n\r\n",
          b"\r\n2\r\n{}\r\n0\r\n\r\n", b";a=b\r\n{}\r\n0\r\n\r\n", b"2\x00\r\n{}\r\n0\r\n\r\n"]


def post(headers, body=b"", version=b"HTTP/1.1", method=b"POST"):
    return (method + b" /api/donors " + version + b"\r\nHost: t\r\n@session" + headers + b"\r\n"
            + body)


def pairs():
    """Both ways to tell a length at once, in either order."""
    for length in (b"2", b"0", b"999", b"+2"):
        for encoding in (b"chunked", b"Chunked", b"CHUNKED", b"xchunked", b"identity"):
            one = b"Content-Length: " + length + b"\r\n"
            other = b"Transfer-Encoding: " + encoding + b"\r\n"
            for lines in (one + other, other + one, one + b"X: y\r\n" + other):
                yield post(TYPED + lines, LAST_CHUNK)


def ambiguous():
    """Shapes after which nothing on the connection may be answered: name and bytes."""
    found = list(pairs())
    found += [post(TYPED + b"Content-Length: " + each + b"\r\n", JSON_BODY) for each in LENGTHS]
    found += [post(TYPED + b"Transfer-Encoding: " + each + b"\r\n", LAST_CHUNK)
              for each in ENCODINGS]
    found += [post(TYPED + each + b"\r\n" + LENGTH, LAST_CHUNK) for each in NAMES]
    found += [post(TYPED + LENGTH + LENGTH, JSON_BODY), post(TYPED + CHUNKED + CHUNKED, LAST_CHUNK),
              post(TYPED + LENGTH + b"Content-Length: 3\r\n", JSON_BODY),
              post(TYPED + b"content-length: 2\r\nCONTENT-LENGTH: 2\r\n", JSON_BODY),
              post(TYPED + CHUNKED, LAST_CHUNK, b"HTTP/1.0"),
              post(TYPED + CHUNKED, LAST_CHUNK, b"HTTP/2.0"),
              post(TYPED + CHUNKED, LAST_CHUNK, b"HTTP/1.1 HTTP/1.0")]
    found += [post(TYPED + CHUNKED, each) for each in CHUNKS]
    found += [b"GET /api/donors?" + b"a=b&" * 5000 + b" HTTP/1.1\r\nHost: t\r\n\r\n",
              b"GET /api/donors HTTP/1.1\r\nHost: t\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
              b"GET /api/donors HTTP/1.1\r\nHost: t\r\nX: " + b"y" * 200000 + b"\r\n\r\n"]
    return [(f"shape {i} {data[34:150]!r}", data) for i, data in enumerate(found)]


def plain():
    """Odd, and yet of one meaning: answered once, and what follows is answered too."""
    json_body = b'{"code": "D-NOT-WHOLE"}'
    size = b"Content-Length: %d\r\n" % len(json_body)
    return [
        ("many headers", post(TYPED + size + b"".join(b"X-%d: y\r\n" % i for i in range(300)),
                              json_body)),
        ("chunk extensions", post(TYPED + CHUNKED, b"17;a=b;c=\"d;e\"\r\n" + json_body + b"\r\n0;x\r\n\r\n")),
        ("chunk size in capitals and zeros", post(TYPED + CHUNKED, b"00017\r\n" + json_body
                                                  + b"\r\n000\r\n\r\n")),
        ("trailers", post(TYPED + CHUNKED, b"17\r\n" + json_body
                          + b"\r\n0\r\nX-Trailer: y\r\n\r\n")),
        ("a trailer that says a length", post(TYPED + CHUNKED, b"17\r\n" + json_body
                                              + b"\r\n0\r\nContent-Length: 5\r\n\r\n")),
        # The library ends a value at NUL and a chunk at a bare LF; both say the same to every reader.
        ("NUL behind a length", post(TYPED + b"Content-Length: %d\x00\r\n" % len(json_body),
                                     json_body)),
        ("NUL behind an encoding", post(TYPED + b"Transfer-Encoding: chunked\x00\r\n",
                                        b"17\r\n" + json_body + b"\r\n0\r\n\r\n")),
        ("a chunk behind a bare LF", post(TYPED + CHUNKED, b"17\r\n" + json_body + b"\n0\r\n\r\n")),
        ("an upgrade", post(TYPED + size + b"Connection: Upgrade\r\nUpgrade: h2c\r\n", json_body)),
        ("a web socket", b"GET /api/nothing HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: "
         b"websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"),
        ("an expectation", post(TYPED + size + b"Expect: 100-continue\r\n", json_body)),
        ("another expectation", post(TYPED + size + b"Expect: 999-rain\r\n", json_body)),
        ("Transfer_Encoding", post(TYPED + size + b"Transfer_Encoding: chunked\r\n", json_body)),
        ("a method in small letters", post(TYPED + size, json_body, method=b"post")),
        ("a method of one's own", post(TYPED + size, json_body, method=b"BREW")),
        ("a long method", post(TYPED + size, json_body, method=b"P" * 3000)),
        ("a dot segment", b"GET /api/./donors HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("escaped dots", b"GET /api/%2e%2e/api/health HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("an escaped slash", b"GET /api%2fhealth HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("double slashes", b"GET //api//health HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("a trailing slash", b"GET /api/health/ HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("a path in capitals", b"GET /API/health HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("a thousand segments", b"GET " + b"/a" * 1000 + b" HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("a thousand escapes", b"GET /api/donors/" + b"%41" * 1000 + b" HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("a long query", b"GET /api/donors?" + b"a=b&" * 70 + b" HTTP/1.1\r\nHost: t\r\n\r\n"),
    ]


# Bodies that are no input of anything, and where the depth, the size or the bytes are the point.
DEEP = b"[" * 3000
BODIES = [
    b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-16-be"), b"{}\x00", b"\x00{}",
    b'{"code":NaN}', b'{"code":Infinity}', b'{"payment_yen":1e999}', b'{"payment_yen":-}',
    b'{"payment_yen":' + b"9" * 5000 + b"}", b'{"payment_yen":1.' + b"0" * 9000 + b"1}",
    b'{"payment_yen":9223372036854775808}', b'{"payment_yen":9007199254740993.0}',
    b'{"payment_yen":0x10}', b'{"payment_yen":01}', b'{"payment_yen":+1}', b'{"payment_yen":1_0}',
    b"{'code':'D'}", b'{code:"D"}', b'{"code":"D",}', b'{"code":"D"/**/}', b'{"code":"D"}//',
    b'{"code":"D"}{"code":"E"}', b'{"code":"D" "sex":"female"}', b'{"code"}', b'{"":1}',
    b'{"code":"\\ud800"}', b'{"code":"\\udc00\\ud800"}', b'{"code":"\\u0000"}', b'{"code":"\\x41"}',
    b'{"\\ud800":1}', b'{"\\u0000":1}', b'{"code":"\xc0\xaf"}', b'{"code":"\xed\xa0\x80"}',
    b'{"code":"\xf4\x90\x80\x80"}', b'{"code":"\xe2\x82"}', b'{"\xff":1}', b'{"code":"a\nb"}',
    b'{"code":"D","\\u0063ode":"E"}', b'{"signature":{"secret":"a","secret":"b"}}',
    DEEP, b'{"code":' + DEEP, b'{"signature":' + DEEP, b'{"signature":{"secret":' + DEEP,
    b'{"code":' + DEEP + b"]" * 3000 + b"}", b'{"x":' * 3000 + b"1" + b"}" * 3000,
    b'{"reason":' * 1500, b"[" * 500000, b'{"a":[' + b"0," * 300000 + b"0]}", b'"' + b"a" * 600000,
    b'{"' + b"a" * 600000 + b'":1}', b'{"code":"' + b"\\" * 500001 + b'"}', b" " * 900000, b"1", b'"a"',
]
