import os

from flask import Flask, abort, request

SECRET = os.environ["SUVVY_WEBHOOK_SECRET"]
app = Flask(__name__)
inbox = []


@app.post("/webhook")
def webhook():
    if request.headers.get("Authorization") != f"Bearer {SECRET}":
        abort(401)
    event = request.get_json()
    if event["event_type"] == "new_messages":
        for message in event["new_messages"]:
            inbox.append(message["text"] if message["type"] == "text" else message.get("file"))
    return {"ok": True}


app.run(port=0)
