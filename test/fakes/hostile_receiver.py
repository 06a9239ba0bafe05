"""A receiver on Python's ssl module that behaves as its mode says. Prints its port once it listens.

Usage: hostile_receiver.py MODE CERT KEY
"""

import http.server
import os
import socket
import ssl
import struct
import sys
import threading

MODE, CERT, KEY = sys.argv[1:4]


def read_request(connection):
    """The whole request: with bytes left unread a close would be a reset."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")))
    while len(body) < length:
        body += connection.recv(65536)


RESPONSES = {
    "close": b"",
    "half-a-head": b"HTTP/1.1 200 OK\r\ncontent-le",
    "half-a-body": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
    "two-lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!",
    "length-and-chunks": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "long-headers": b"HTTP/1.1 200 OK\r\nx-long: " + b"a" * 70_000 + b"\r\n\r\n",
    "no-http": b"220 smtp.example.com ESMTP\r\n",
    "chunks-and-length": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "length-of-letters": b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok",
    "bare-line-feeds": b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
}


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERT, KEY)
    if MODE.startswith("client-certificate"):
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(CERT)
        made.maximum_version = ssl.TLSVersion.TLSv1_2 if MODE.endswith("1.2") else ssl.TLSVersion.TLSv1_3
    if MODE == "old-tls":
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_1
    return made


def serve(raw):
    if MODE == "reset-at-once":
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
        return
    try:
        with CONTEXT.wrap_socket(raw, server_side=True) as connection:
            read_request(connection)
            if MODE == "no-tls-after-all":
                os.write(connection.fileno(), b"HTTP/1.1 400 Bad Request\r\n\r\n")
            else:
                connection.sendall(RESPONSES[MODE])
    except (ssl.SSLError, OSError):
        raw.close()


if MODE == "plain-http":
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    print(server.server_address[1], flush=True)
    server.serve_forever()

CONTEXT = context()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
