// The page at /ui/: log in, see the cameras live, see events as they come. No framework, and text only by textContent.
//
// Tokens: the access token is in memory alone. The refresh token is too, but for the moment of a reload, when sessionStorage
// carries it over: it is good once, so a duplicated tab must not find a copy (the server would take the second use for theft).

interface Camera { id: string; name: string; status: string; status_reason: string }
interface Sighting { track_id: number | null; label: string; score: number; box: [x: number, y: number, w: number, h: number] } // 0..1
interface Frame { camera_id: string; width: number; height: number; objects?: Sighting[]; stream_s?: number; data: string }
interface SentinelEvent {
  id: string; camera_id: string; type: string; severity: string; confidence: number; label: string | null;
  started_at: string; ended_at: string | null; snapshot_url: string | null;
}
interface Tokens { access_token: string; refresh_token: string; expires_in: number }
type Message =
  | { type: "connected" | "unsubscribed" | "pong" | "missed" | "error" }
  | { type: "subscribed"; channels: string[] }
  | { type: "new_event" | "event_update"; data: SentinelEvent }
  | ({ type: "frame_update" } & Frame)
  | { type: "camera_status"; camera_id: string; status: string; reason: string };

// ---- words: English, French
const WORDS = {
  login: ["Log in", "Se connecter"], logout: ["Log out", "Se déconnecter"], username: ["User name", "Nom d’utilisateur"],
  password: ["Password", "Mot de passe"], docs: ["API documentation", "Documentation de l’API"], cameras: ["Cameras", "Caméras"],
  noCameras: ["No camera yet.", "Pas encore de caméra."], events: ["Events", "Événements"], connecting: ["connecting", "connexion"],
  noEvents: ["No event yet.", "Pas encore d’événement."], live: ["Live", "En direct"], noPicture: ["No picture", "Pas d’image"],
  lost: ["Connection lost, trying again…", "Connexion perdue, nouvel essai…"], sure: ["Confidence", "Confiance"],
  wrongLogin: ["Wrong user name or password.", "Nom d’utilisateur ou mot de passe incorrect."], ongoing: ["ongoing", "en cours"],
  tooMany: ["Too many attempts, wait a little.", "Trop d’essais, patientez un peu."], ended: ["ended", "terminé"],
  away: ["The server does not answer.", "Le serveur ne répond pas."], picture: ["Live picture of", "Image en direct de"],
  snapshot: ["Snapshot", "Instantané"], error: ["error", "erreur"], low: ["low", "faible"], medium: ["medium", "moyenne"],
  high: ["high", "haute"], critical: ["critical", "critique"], person: ["Person", "Personne"], vehicle: ["Vehicle", "Véhicule"],
  animal: ["Animal", "Animal"], fall: ["Fall", "Chute"], intrusion: ["Intrusion", "Intrusion"], running: ["Running", "Course"],
  loitering: ["Loitering", "Présence prolongée"], line_crossing: ["Line crossed", "Ligne franchie"], custom: ["Event", "Événement"],
  wrong_way: ["Wrong way", "Contresens"], crowd: ["Crowd", "Attroupement"], removed_object: ["Removed object", "Objet enlevé"],
  abandoned_object: ["Abandoned object", "Objet abandonné"], tailgating: ["Tailgating", "Talonnage"], car: ["Car", "Voiture"],
  stopped_vehicle: ["Stopped vehicle", "Véhicule arrêté"], tamper: ["Camera tampered with", "Caméra sabotée"], bus: ["Bus", "Bus"],
  no_activity: ["No activity", "Aucune activité"], camera_offline: ["Camera offline", "Caméra hors ligne"], dog: ["Dog", "Chien"],
  truck: ["Truck", "Camion"], bicycle: ["Bicycle", "Vélo"], cat: ["Cat", "Chat"],
} satisfies Record<string, [english: string, french: string]>;
type Key = keyof typeof WORDS;

let language = "en";
const text = (key: Key): string => WORDS[key][language === "fr" ? 1 : 0];
// A name the server gave: a model may know classes that we have no word for.
const named = (name: string): string => (Object.hasOwn(WORDS, name) ? text(name as Key) : name);
const percent = (share: number): string => new Intl.NumberFormat(language, { style: "percent" }).format(share);

// ---- the page's parts
function find<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}
const copy = (template: string): HTMLElement => find("li", document.importNode(find<HTMLTemplateElement>(template).content, true));
const show = (selector: string, visible: boolean): void => { find(selector).hidden = !visible; };
function translate(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-t]")) element.textContent = text(element.dataset.t as Key);
}
function state(key: Key): void {
  find("#state").dataset.t = key;
  find("#state").classList.toggle("lost", key === "lost");
  translate(find("header"));
}
function showSession(open: boolean): void {
  show("#login", !open);
  for (const part of ["#main", "#logout", "#state"]) show(part, open);
}

// ---- session
class Refused extends Error { constructor(readonly status: number) { super(`HTTP ${status}`); } }
let tokens: Tokens | undefined, refreshing: Promise<void> | undefined;
let refreshTimer = 0;

async function send(method: string, path: string, body?: object): Promise<Response> {
  const headers: Record<string, string> = body ? { "Content-Type": "application/json" } : {};
  if (tokens?.access_token) headers.Authorization = `Bearer ${tokens.access_token}`;
  const signal = AbortSignal.timeout(15_000);
  const reply = await fetch(path, { method, headers, signal, body: body ? JSON.stringify(body) : null });
  if (!reply.ok) throw new Refused(reply.status);
  return reply;
}
async function list<T>(path: string): Promise<T[]> {
  const reply = await send("GET", path).catch(async (error: unknown) => {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    await refresh();
    return send("GET", path);
  });
  return ((await reply.json()) as { items: T[] }).items;
}
function refreshIn(wait_ms: number): void {
  clearTimeout(refreshTimer);
  refreshTimer = window.setTimeout(() => void refresh().then(connect, () => undefined), wait_ms);
}
async function keep(reply: Response): Promise<void> {
  tokens = (await reply.json()) as Tokens;
  refreshIn(Math.max(tokens.expires_in * 800, 1000)); // a fifth of its life left: a try that fails can be followed by others
}
// One refresh at a time, whoever asks. Refused: the session is over. No answer: tried again.
function refresh(): Promise<void> {
  refreshing ??= send("POST", "/api/auth/refresh", { refresh_token: tokens?.refresh_token })
    .then((reply) => (tokens ? keep(reply) : undefined)) // none: logged out meanwhile
    .catch((error: unknown) => {
      if (error instanceof Refused && error.status < 429) leave();
      else refreshIn(5000);
      throw error;
    })
    .finally(() => { refreshing = undefined; });
  return refreshing;
}
function enter(): void { showSession(true); state("connecting"); void connect(); }
function leave(): void {
  tokens = undefined;
  clearTimeout(refreshTimer);
  disconnect();
  for (const shown of [tiles, rows]) shown.clear();
  for (const part of ["#cameras", "#events"]) find(part).replaceChildren();
  showSession(false);
  find("#username").focus();
}
async function login(): Promise<void> {
  const [username, password] = [find<HTMLInputElement>("#username"), find<HTMLInputElement>("#password")];
  let problem: Key | undefined;
  try {
    await keep(await send("POST", "/api/auth/login", { username: username.value, password: password.value }));
    password.value = "";
    enter();
  } catch (error) {
    const status = error instanceof Refused ? error.status : 500;
    problem = status === 429 ? "tooMany" : status < 500 ? "wrongLogin" : "away";
  }
  find("#problem").textContent = problem ? text(problem) : "";
}

// ---- cameras
interface Tile { camera: Camera; element: HTMLElement; shown_at_ms: number; decoding: boolean }
const tiles = new Map<string, Tile>();
const [STALE_MS, REREAD_MS, WATCHED_MAX] = [5000, 10_000, 60]; // stale: an old picture must not pass for a live one

async function loadCameras(): Promise<void> {
  read_at_ms = Date.now();
  const cameras = await list<Camera>("/api/cameras?limit=500");
  if (!tokens) return; // logged out meanwhile
  const known = new Set(cameras.map((camera) => camera.id));
  for (const [id, { element }] of tiles) if (!known.has(id)) { element.remove(); tiles.delete(id); }
  for (const camera of cameras) {
    const tile = tiles.get(camera.id) ?? { camera, element: copy("#tile"), shown_at_ms: 0, decoding: false };
    tiles.set(camera.id, tile);
    tile.camera = camera;
    tile.element.dataset.camera = camera.id;
    if (!tile.element.isConnected) find("#cameras").append(tile.element);
    describe(tile);
  }
  show("#no-cameras", cameras.length === 0);
  watch();
}
function describe({ camera, element }: Tile): void {
  translate(element);
  find(".name", element).textContent = camera.name;
  find(".status", element).textContent = named(camera.status);
  find(".status", element).dataset.status = camera.status;
  find(".reason", element).textContent = camera.status_reason;
  find("canvas", element).ariaLabel = `${text("picture")} ${camera.name}`;
}
// Picture and boxes change in the same instant; a frame that comes while another is decoded is left out.
async function draw(tile: Tile | undefined, frame: Frame): Promise<void> {
  if (!tile || tile.decoding) return;
  tile.decoding = true;
  try {
    const bytes = Uint8Array.from(atob(frame.data), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const canvas = find<HTMLCanvasElement>("canvas", tile.element);
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    find(".picture", tile.element).style.aspectRatio = `${frame.width} / ${frame.height}`;
    find(".boxes", tile.element).replaceChildren(...(frame.objects ?? []).map(boxOf));
    tile.element.dataset.streamS = String(frame.stream_s ?? "");
    tile.element.classList.remove("stale");
    tile.shown_at_ms = Date.now();
  } finally {
    tile.decoding = false;
  }
}
function boxOf({ label, score, track_id, box: [x, y, width, height] }: Sighting): HTMLElement {
  const box = document.createElement("div");
  const [left, top, wide, high] = [x, y, width, height].map((share) => `${share * 100}%`) as [string, string, string, string];
  Object.assign(box.style, { left, top, width: wide, height: high });
  Object.assign(box.dataset, { label, track: String(track_id ?? "") });
  box.className = y < 0.05 ? "box low" : "box"; // low: no room for the caption above it
  box.append(Object.assign(document.createElement("span"), { textContent: `${named(label)} ${percent(score)}` }));
  return box;
}

// ---- events
interface Row { event: SentinelEvent; element: HTMLElement }
const rows = new Map<string, Row>();
const ROWS_MAX = 100;

async function loadEvents(): Promise<void> {
  for (const event of await list<SentinelEvent>("/api/events?limit=20")) put(event, false);
  show("#no-events", rows.size === 0);
}
// Newest first: an id sorts by its time.
function put(event: SentinelEvent, fresh: boolean): void {
  const known = rows.get(event.id);
  if (known?.event.ended_at && !event.ended_at) return; // out of a list that was asked for before the update came
  const row = known ?? { event, element: copy("#event") };
  row.event = event;
  write(row);
  if (known) return;
  rows.set(event.id, row);
  row.element.dataset.event = event.id;
  row.element.classList.toggle("fresh", fresh);
  const shown = [...find("#events").children] as HTMLElement[];
  find("#events").insertBefore(row.element, shown.find((other) => (other.dataset.event ?? "") < event.id) ?? null);
  const last = find("#events > :last-child");
  if (rows.size > ROWS_MAX && rows.delete(last.dataset.event ?? "")) last.remove();
  show("#no-events", false);
}
function write({ event, element }: Row): void {
  const time = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });
  const camera = tiles.get(event.camera_id)?.camera.name ?? event.camera_id;
  const label = event.label && event.label !== event.type ? ` (${named(event.label)})` : "";
  const course: Key = event.ended_at ? "ended" : "ongoing";
  element.dataset.severity = event.severity;
  find(".what", element).textContent = named(event.type) + label;
  find(".where", element).textContent = `${camera} · ${named(event.severity)}`;
  find(".when", element).textContent = time.format(new Date(event.started_at));
  find(".sure", element).textContent = `${text("sure")} ${percent(event.confidence)} · ${text(course)}`;
  find(".sure", element).dataset.course = course;
  const [link, image] = [find<HTMLAnchorElement>("a", element), find<HTMLImageElement>("img", element)];
  image.alt = `${text("snapshot")}: ${named(event.type)}`;
  image.onerror = () => { link.hidden = true; image.removeAttribute("src"); }; // not there yet: the next update asks again
  if (!event.snapshot_url || image.hasAttribute("src")) return;
  link.hidden = false;
  link.href = image.src = `/api/events/${encodeURIComponent(event.id)}/snapshot`; // the cookie of the login opens it
}

// ---- the socket
let socket: WebSocket | undefined;
let [attempts, retryTimer, heard_at_ms, read_at_ms] = [0, 0, 0, 0];
const SILENCE_MS = 30_000; // with our pings answered, longer means a dead line that TCP has not noticed

// Of more cameras than a socket has channels (64) those nearest to sight are watched; the others show their status alone.
let watched = new Set<string>();
function watch(): void {
  if (socket?.readyState !== 1) return;
  const far = ({ top, bottom }: DOMRect): number => Math.max(-bottom, top - innerHeight, 0);
  const places = [...tiles].map(([id, { element }]) => [id, far(element.getBoundingClientRect())] as const);
  const nearest = new Set(places.sort((one, other) => one[1] - other[1]).slice(0, WATCHED_MAX).map(([id]) => id));
  for (const [type, these, others] of [["unsubscribe", watched, nearest], ["subscribe", nearest, watched]] as const) {
    const channels = [...these].filter((id) => !others.has(id));
    if (channels.length) socket.send(JSON.stringify({ type, channels, frames: { fps: 5, boxes: false } }));
  }
  watched = nearest;
}
function disconnect(): void {
  clearTimeout(retryTimer);
  const old = socket;
  socket = undefined; // first: its close is then no loss
  old?.close();
}
// Also after a refresh: the server closes a socket when the token that opened it expires.
async function connect(): Promise<void> {
  clearTimeout(retryTimer);
  // First this, which renews a token that is no good: a browser does not say why it could not open a socket.
  if (!(await loadCameras().then(() => true, () => false))) return retry();
  if (!tokens) return;
  disconnect();
  const opened = new WebSocket(new URL("/ws", location.href.replace(/^http/, "ws")), ["bearer", tokens.access_token]);
  socket = opened;
  heard_at_ms = Date.now();
  opened.onopen = () => { watched.clear(); opened.send(`{"type":"subscribe","channels":["events"]}`); watch(); };
  opened.onmessage = (message: MessageEvent<string>) => { if (socket === opened) receive(JSON.parse(message.data) as Message); };
  opened.onclose = () => { if (socket === opened) retry(); };
}
function retry(): void {
  disconnect();
  if (!tokens) return;
  state("lost");
  const longest_ms = Math.min(500 * 2 ** attempts++, 30_000);
  retryTimer = window.setTimeout(() => void connect(), longest_ms * (0.5 + Math.random() / 2)); // not all pages at once
}
function receive(message: Message): void {
  heard_at_ms = Date.now();
  switch (message.type) {
    case "subscribed": // the list is asked for now, so that no event falls between it and the socket
      if (!message.channels.includes("events")) return;
      attempts = 0;
      state("live");
      return void loadEvents().catch(retry);
    case "missed": return void loadEvents().catch(() => undefined);
    case "new_event": case "event_update": return put(message.data, message.type === "new_event");
    case "frame_update": return void draw(tiles.get(message.camera_id), message).catch(() => undefined); // the next one, then
    case "camera_status": {
      const tile = tiles.get(message.camera_id);
      if (!tile || message.status === "inactive") void loadCameras().catch(() => undefined); // a new one; perhaps one less
      if (!tile) return;
      tile.camera = { ...tile.camera, status: message.status, status_reason: message.reason };
      return describe(tile);
    }
  }
}
function everySecond(): void {
  const now_ms = Date.now();
  for (const tile of tiles.values()) tile.element.classList.toggle("stale", now_ms - tile.shown_at_ms > STALE_MS);
  if (socket && now_ms - read_at_ms > REREAD_MS) void loadCameras().catch(() => undefined);
  watch();
  if (socket && now_ms - heard_at_ms > SILENCE_MS) retry();
  else if (socket?.readyState === 1 && now_ms - heard_at_ms > SILENCE_MS / 3) socket.send(`{"type":"ping","timestamp":${now_ms}}`);
}

// ---- the start
function speak(): void {
  language = choice.value;
  document.documentElement.lang = language;
  translate(document);
  tiles.forEach(describe);
  rows.forEach(write);
}
function arrive(): void {
  const refresh_token = sessionStorage.getItem("refresh_token");
  sessionStorage.removeItem("refresh_token");
  if (tokens) return;
  if (!refresh_token) return leave();
  tokens = { access_token: "", refresh_token, expires_in: 0 };
  refresh().then(enter, leave);
}
const choice = find<HTMLSelectElement>("#language");
choice.value = (localStorage.getItem("language") ?? navigator.language).startsWith("fr") ? "fr" : "en";
choice.onchange = () => { localStorage.setItem("language", choice.value); speak(); };
find("#login").onsubmit = (event) => { event.preventDefault(); void login(); };
find("#logout").onclick = () => void send("POST", "/api/auth/logout").catch(() => undefined).finally(leave);
window.onpagehide = () => { if (tokens) sessionStorage.setItem("refresh_token", tokens.refresh_token); };
window.onpageshow = arrive; // also when the page comes back out of the browser's cache
window.setInterval(everySecond, 1000);
speak();
