import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["SUVVY_WEBHOOK_SECRET"]
inbox = []


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {SECRET}":
            self.send_response(401)
            self.end_headers()
            return
        event = json.loads(body)
        if event["event_type"] == "new_messages":
            for message in event["new_messages"]:
                inbox.append(message["text"] if message["type"] == "text" else message.get("file"))
        self.send_response(200)
        self.end_headers()


server = HTTPServer(("127.0.0.1", 0), Webhook)
print(f"Running on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
