"""An API server in miniature: it demands a client certificate and tells `kubectl auth whoami` what it sees."""

import json
import pathlib
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ApiServer:
    """Serves on a free port of this machine while it is entered."""

    def __init__(self, certificate: pathlib.Path, key: pathlib.Path, authority: pathlib.Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority)
        context.load_cert_chain(certificate, key)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "ApiServer":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.partition("?")[0] != "/apis/authentication.k8s.io/v1/selfsubjectreviews":
            self.send_error(404)
            return
        # Kubernetes takes the common name for the user and each organization for a group.
        subject = [pair for parts in self.connection.getpeercert()["subject"] for pair in parts]
        user = {
            "username": next(value for name, value in subject if name == "commonName"),
            "groups": [value for name, value in subject if name == "organizationName"],
        }
        kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        body = json.dumps({**kind, "status": {"userInfo": user}}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: refused connections are part of the checks."""
