/**
 * `node servers.mjs PACKAGES PORT`: receivers in frameworks for Node, one port each from PORT on, with the raw body as the receivers'
 * page has it. They print what they are, then stay. The secret is in SECRET.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [packages = '', firstPort = ''] = process.argv.slice(2);
const load = createRequire(resolve(packages, 'package.json'));
const { Webhook } = load('standardwebhooks');
const webhook = new Webhook(process.env.SECRET);
const TYPES = ['application/json', 'application/cloudevents+json'];

const statusOf = (body, headers) => {
  try {
    webhook.verify(body, headers);
    return 204;
  } catch {
    return 401;
  }
};

function expressRaw(port) {
  const express = load('express');
  const app = express();
  const raw = express.raw({ type: '*/*' });
  app.post('/', raw, (request, response) => response.sendStatus(statusOf(request.body, request.headers)));
  app.use(express.json());
  app.listen(port);
}

function expressJson(port) {
  const express = load('express');
  const app = express();
  const keep = (request, _response, body) => {
    request.rawBody = body;
  };
  app.use(express.json({ type: TYPES, verify: keep }));
  app.post('/', (request, response) => response.sendStatus(statusOf(request.rawBody, request.headers)));
  app.listen(port);
}

function fastify(port) {
  const app = load('fastify')();
  app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    hooks.post('/', (request, reply) => reply.code(statusOf(request.body, request.headers)).send());
  });
  app.listen({ port });
}

function koa(port) {
  const app = new (load('koa'))();
  app.use(load('koa-bodyparser')({ extendTypes: { json: TYPES } }));
  app.use((context) => {
    context.status = statusOf(context.request.rawBody, context.headers);
  });
  app.listen(port);
}

function hono(port) {
  const app = new (load('hono').Hono)();
  app.post('/', async ({ req, body }) => body(null, statusOf(await req.text(), req.header())));
  load('@hono/node-server').serve({ fetch: app.fetch, port });
}

/** Its decorators are functions, called here as a compiler would. */
async function nest(port) {
  load('reflect-metadata');
  const { Controller, Module, Post, Req, Res } = load('@nestjs/common');
  class Hooks {
    receive(request, response) {
      response.sendStatus(statusOf(request.rawBody, request.headers));
    }
  }
  Controller()(Hooks);
  Post()(Hooks.prototype, 'receive', Object.getOwnPropertyDescriptor(Hooks.prototype, 'receive'));
  Req()(Hooks.prototype, 'receive', 0);
  Res()(Hooks.prototype, 'receive', 1);
  class App {}
  Module({ controllers: [Hooks] })(App);
  const app = await load('@nestjs/core').NestFactory.create(App, { rawBody: true, logger: false });
  app.useBodyParser('json', { type: TYPES });
  await app.listen(port);
}

const servers = { 'express raw': expressRaw, 'express json': expressJson, fastify, koa, hono, nest };
const started = Object.entries(servers).map(async ([name, start], index) => {
  const port = Number(firstPort) + index;
  await start(port);
  return { name, port };
});
console.log(JSON.stringify(await Promise.all(started)));
