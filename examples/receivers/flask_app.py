# A Suvvy webhook in Flask. To run it: pip install flask && SUVVY_WEBHOOK_SECRET=... python flask_app.py
# It answers at once and works afterwards, because Suvvy waits 20 seconds and sends nothing a second time.
import hmac
import json
import os
import queue
import threading
import urllib.request
import uuid

from flask import Flask, abort, request
from werkzeug.serving import make_server

SECRET = os.environ.get("SUVVY_WEBHOOK_SECRET")
if not SECRET:
    raise SystemExit("SUVVY_WEBHOOK_SECRET is not set: without it anybody could write to your customers")

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 5_000_000
# In memory, so it ends with the process: for real customers use a queue that survives.
waiting = queue.Queue()


@app.post("/webhook", strict_slashes=False)
def webhook():
    # compare_digest takes the same time for every guess.
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {SECRET}".encode()):
        abort(401)
    event = request.get_json(force=True, silent=True)
    if not isinstance(event, dict):
        abort(400)
    # Test requests, and whatever event Suvvy may invent, are taken and left alone.
    if event.get("event_type") == "new_messages":
        if not isinstance(event.get("new_messages"), list):
            abort(400)
        for message in event["new_messages"]:
            waiting.put(message)
    return "", 200


def work():
    while True:
        message = waiting.get()
        try:
            handle(message)
        except Exception as error:
            print("not handled:", repr(error), flush=True)


# Bring the message to your customer here. Never send it back to Suvvy: it wrote it, and would answer itself.
def handle(message):
    kind, sender = message["type"], message["message_sender"]
    if kind == "text":
        print(sender, kind, json.dumps(message["text"]), flush=True)
    elif "file" in message:
        file = message["file"]
        print(sender, kind, json.dumps(file["name"]), download(file["url"]), flush=True)
    # Other types may come one day: leave them alone.


# Under a name of our own, because file["name"] may be "../../etc/passwd"; and not for ever, and not without end.
def download(url):
    if not url.startswith(("https://", "http://")):
        raise ValueError("not a web address")
    os.makedirs("downloads", exist_ok=True)
    path = os.path.join("downloads", str(uuid.uuid4()))
    with urllib.request.urlopen(url, timeout=30) as response, open(path, "wb") as target:
        if target.write(response.read(50_000_001)) > 50_000_000:
            raise ValueError("too large")
    return path


if __name__ == "__main__":
    threading.Thread(target=work, daemon=True).start()
    # For one developer: in production a WSGI server such as gunicorn runs `app`, and starts `work` in its worker.
    server = make_server(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000")), app, threaded=True)
    print(f"listening on http://{server.host}:{server.server_port}/webhook", flush=True)
    server.serve_forever()
