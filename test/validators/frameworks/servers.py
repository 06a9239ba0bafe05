"""`servers.py PORT`: receivers in frameworks for Python, one port each from PORT on, with the raw body as the receivers' page has it.

They print what they are, then stay. The secret is in SECRET.
"""
import json
import os
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import uvicorn
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI, Request, Response
from flask import Flask
from flask import request as flask_request
from standardwebhooks import Webhook

webhook = Webhook(os.environ["SECRET"])
first = int(sys.argv[1])
app = FastAPI()
flask = Flask("receiver")


def status_of(body, headers):
    try:
        webhook.verify(body, headers)
        return 204
    except Exception:
        return 401


@flask.post("/")
def receive_by_flask():
    return "", status_of(flask_request.get_data(), flask_request.headers)


@app.post("/")
async def receive_by_fastapi(request: Request):
    return Response(status_code=status_of(await request.body(), request.headers))


@csrf_exempt
def receive_by_django(request):
    return HttpResponse(status=status_of(request.body, request.headers))


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


urlpatterns = [path("", receive_by_django)]
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="of-no-use",
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware", "django.middleware.common.CommonMiddleware"],
)
django.setup()
servers = [make_server("127.0.0.1", first + n, wsgi, handler_class=Silent) for n, wsgi in enumerate([flask, get_wsgi_application()])]
fastapi = uvicorn.Server(uvicorn.Config(app, port=first + 2, log_level="critical"))
for run in [server.serve_forever for server in servers] + [fastapi.run]:
    threading.Thread(target=run).start()
print(json.dumps([{"name": name, "port": first + n} for n, name in enumerate(["flask", "django", "fastapi"])]), flush=True)
