# A bridge between a messenger and Suvvy, both directions, in bare Python 3.9 or later. To run it: python3 bridge.py
# Put your own messenger in the place of the one below. Queues are in memory here: for real customers, use one that survives.
import hmac
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API, TOKEN, SECRET = (os.environ.get(f"SUVVY_{name}") for name in ("API_URL", "API_TOKEN", "WEBHOOK_SECRET"))
if not (API and TOKEN and SECRET):
    raise SystemExit("SUVVY_API_URL, SUVVY_API_TOKEN and SUVVY_WEBHOOK_SECRET have to be set")

to_suvvy, to_messenger = queue.Queue(), queue.Queue()


# The messenger. Like most of them, it tells of every message in a chat, also of those that this bridge has sent.
def send(chat, text, file=None):
    print(f"to {chat}: {json.dumps(text)}" + (f" ({len(file)} bytes)" if file else ""), flush=True)
    from_messenger({"id": str(uuid.uuid4()), "chat": chat, "text": text, "own": True})


# {"id", "chat", "name"?, "text"?, "file"?: {"name", "type", "data": base64}, "own"?: True where this bridge wrote it}
def from_messenger(update):
    # What Suvvy has said comes by here too. Sent back, it would be a customer's question, and Suvvy would answer itself.
    if not update.get("own"):
        to_suvvy.put(update)


def post_message(update):
    file = update.get("file")
    # The API takes images and audio alone: of another file Suvvy gets the name.
    attachment = file if file and file["type"] != "document" else None
    message = {
        "api_version": 1,
        # The messenger's own id: sent once more after a failure, it is the same message to Suvvy.
        "message_id": update["id"],
        "chat_id": update["chat"],
        "message_sender": "customer",
        "source": "Example",
        "client_name": update.get("name"),
        "text": update.get("text") or (None if attachment else f"(a file: {file and file['name']})"),
    }
    if attachment:
        message["attachments"] = [{"file_name": file["name"], "file_type": file["type"], "data": file["data"]}]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    for wait in (0.5, 2, None):
        request = urllib.request.Request(f"{API}/api/webhook/custom/message", json.dumps(message).encode(), headers)
        try:
            return urllib.request.urlopen(request, timeout=20).close()
        except OSError as error:
            status = error.code if isinstance(error, urllib.error.HTTPError) else 0
            # 4xx says that it would fail again: the token, the balance (402), the channel (424), the message (422).
            if 400 <= status < 500 or wait is None:
                raise RuntimeError(f"{update['id']}: {error} {error.read() if status else ''}") from None
            time.sleep(wait)


def from_suvvy(event):
    if event.get("event_type") == "test_request":
        print("Suvvy tested the connection", flush=True)
    # Event types that Suvvy may invent are taken, and left alone.
    if event.get("event_type") == "new_messages":
        for message in event.get("new_messages", []):
            to_messenger.put((event.get("chat_id"), message))


def deliver(job):
    chat, message = job
    if chat is None:
        raise ValueError("there is no chat_id: nobody can be told")
    if message["type"] == "text":
        send(chat, message["text"])
    elif "file" in message:  # Image, audio, document. Other types may come one day: leave them alone.
        send(chat, message["file"]["name"], download(message["file"]["url"]))


def download(url):
    if not url.startswith(("https://", "http://")):
        raise ValueError("not a web address")
    with urllib.request.urlopen(url, timeout=30) as response:
        file = response.read(50_000_001)
    if len(file) > 50_000_000:
        raise ValueError("too large")
    return file


def work(jobs, handle):
    while True:
        try:
            handle(jobs.get())
        except Exception as error:
            print("not handled:", repr(error), flush=True)


class Handler(BaseHTTPRequestHandler):
    timeout = 20

    def do_POST(self):
        self.send_response(self.take())
        self.end_headers()

    # The status, before the work: Suvvy waits 20 seconds, and sends nothing a second time.
    def take(self):
        path = self.path.split("?")[0].rstrip("/")
        takes = {"/suvvy": from_suvvy, "/messenger": from_messenger}.get(path)
        if takes is None:
            return 404
        # compare_digest takes the same time for every guess. A real messenger has a secret of its own: look at that too.
        given = self.headers.get("Authorization", "").encode()
        if path == "/suvvy" and not hmac.compare_digest(given, f"Bearer {SECRET}".encode()):
            return 401
        length = int(self.headers.get("Content-Length", 0))
        if length > 30_000_000:
            return 413
        try:
            body = json.loads(self.rfile.read(length))
        except ValueError:
            return 400
        if not isinstance(body, dict) or not isinstance(body.get("new_messages", []), list):
            return 400
        takes(body)
        return 200

    def log_message(self, *_):
        pass


for jobs, handle in ((to_suvvy, post_message), (to_messenger, deliver)):
    threading.Thread(target=work, args=(jobs, handle), daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler)
print(f"listening on http://127.0.0.1:{server.server_port}/suvvy", flush=True)
server.serve_forever()
