// Stands between a client and the simulator, and keeps what they say to each other.
import { createServer, request as forward } from "node:http";

// Names and all their values, in order.
function collect(pairs) {
  const all = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
}

function multipart(body, type) {
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (!boundary) return {};
  const parts = body.toString("latin1").split(`--${boundary}`).slice(1, -1);
  return collect(parts.map((part) => {
    const name = /name="([^"]*)"/.exec(part)?.[1] ?? "";
    const text = part.slice(part.indexOf("\r\n\r\n") + 4, -2);
    return [name, /filename="/.test(part) ? "" : Buffer.from(text, "latin1").toString()];
  }));
}

function exchangeOf(incoming, sent, answer, received) {
  const type = incoming.headers["content-type"] ?? "";
  const named = (incoming.headers.host ?? "").split(":")[0];
  const url = new URL(incoming.url, "http://x");
  const prefixed = named === "127.0.0.1" || named === "localhost";
  const host = prefixed ? url.pathname.split("/")[1] : named;
  const path = prefixed ? url.pathname.slice(host.length + 1) || "/" : url.pathname;
  return {
    method: incoming.method, host, path: decodeURIComponent(path),
    query: collect(url.searchParams), status: answer.statusCode,
    type: answer.headers["content-type"], text: received.toString(),
    form: type.startsWith("application/x-www-form-urlencoded")
      ? collect(new URLSearchParams(sent.toString()))
      : type.startsWith("multipart/form-data") ? multipart(sent, type) : undefined,
    json: type.startsWith("application/json") && sent.length ? JSON.parse(sent) : undefined,
  };
}

const body = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

// Answers { port, exchanges, close }.
export async function record(simulator) {
  const exchanges = [];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const sent = await body(incoming);
      const passed = forward(
        { host: "127.0.0.1", port: simulator, method: incoming.method, path: incoming.url, headers: incoming.headers },
        async (answer) => {
          const received = await body(answer);
          if (!/^\/_sim\//.test(incoming.url)) exchanges.push(exchangeOf(incoming, sent, answer, received));
          outgoing.writeHead(answer.statusCode, answer.headers).end(received);
        });
      passed.on("error", () => outgoing.destroy());
      passed.end(sent);
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { port: server.address().port, exchanges, close: () => server.close() };
}
