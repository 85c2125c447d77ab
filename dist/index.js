import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 691:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(464);
/* harmony import */ var _runner_exit_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(140);


(0,_runner_exit_js__WEBPACK_IMPORTED_MODULE_1__/* .ignoreBrokenPipes */ .XA)();
await (0,_main_js__WEBPACK_IMPORTED_MODULE_0__/* .main */ .i)();
await (0,_runner_exit_js__WEBPACK_IMPORTED_MODULE_1__/* .exit */ .NS)();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 464:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  i: () => (/* binding */ main)
});

// NAMESPACE OBJECT: ./lib/runner/toolkit.js
var toolkit_namespaceObject = {};
__nccwpck_require__.r(toolkit_namespaceObject);
__nccwpck_require__.d(toolkit_namespaceObject, {
  debug: () => (toolkit_debug),
  endGroup: () => (toolkit_endGroup),
  error: () => (toolkit_error),
  getInput: () => (toolkit_getInput),
  info: () => (toolkit_info),
  notice: () => (toolkit_notice),
  protect: () => (protect),
  redact: () => (redact),
  redactedOutput: () => (redactedOutput),
  startGroup: () => (toolkit_startGroup),
  warning: () => (toolkit_warning)
});

;// CONCATENATED MODULE: ./lib/time/duration.js
/** In ms. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
/** In ms, some 30,000 years: a date that far ahead can still be shown. */
const LONGEST = 1e15;
/** `90s`, `30m`, `2h`, `1h30m` in ms; null for anything else, a number without a unit included. */
function parseDuration(text) {
    const match = DURATION.exec(text);
    if (match === null || text === '')
        return null;
    const [, h, m, s] = match;
    const ms = Number(h ?? 0) * HOUR + Number(m ?? 0) * MINUTE + Number(s ?? 0) * SECOND;
    return ms <= LONGEST ? ms : null;
}
/** A time in ms as a person says it, in its two largest units: `4s`, `2m 5s`, `1h 3m`. */
function formatDuration(ms) {
    const seconds = Math.max(0, Math.round(ms / 1_000));
    if (seconds < 60)
        return `${seconds}s`;
    const [large, small, unit, subunit] = seconds < 3_600
        ? [Math.floor(seconds / 60), seconds % 60, 'm', 's']
        : [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), 'h', 'm'];
    return small === 0 ? `${large}${unit}` : `${large}${unit} ${small}${subunit}`;
}

;// CONCATENATED MODULE: ./lib/wait/pace.js
/** A tenth of the job's age: its end is noticed late by at most that share of its duration. */
const SHARE_OF_AGE = 0.1;
const SHORTEST_PAUSE = 1_000;
const FIRST_BACKOFF = 1_000;
/** The longest pause after a fault, in ms. */
const LONGEST_BACKOFF = 30_000;
/** The pause after a fault may always grow to this, in ms. */
const FITTING_BACKOFF = 5_000;
/** How many times a host name may fail to resolve at the start: a misspelt `url` should not cost minutes. */
const UNRESOLVED_TRIES = 3;
/**
 * The pause before the next standard poll, in ms: a tenth of the job's `age` (ms), at least 1 s, at most `longest` (ms),
 * jittered downwards only, so that the limit on the delay holds.
 */
function standardPause(age, longest, random) {
    return Math.min(Math.max(age * SHARE_OF_AGE, SHORTEST_PAUSE), longest) * (0.9 + 0.1 * random());
}
/** The pause after the `count`th fault in a row, in ms: 1 s doubled to `longest` (ms), half of it jitter. */
function backoff(count, longest, random) {
    return Math.min(FIRST_BACKOFF * 2 ** (count - 1), longest) * (0.5 + 0.5 * random());
}
/**
 * The longest back-off that fits a job whose `standard` pause is this, in ms: the end of an outage is noticed as soon as
 * the end of the job would be, or within 5 s.
 */
function longestBackoff(standard) {
    return Math.min(Math.max(standard, FITTING_BACKOFF), LONGEST_BACKOFF);
}
/** A pause that is not longer than the time that is left, if any is; both in ms. */
function upTo(left, pause) {
    return left > 0 ? Math.min(pause, left) : pause;
}
/** The pause after the `count`th answer in a row that a long poll gave early, in ms: 1 s doubled to the standard pause. */
function chatterPause(count, standard) {
    return Math.min(SHORTEST_PAUSE * 2 ** (count - 1), standard);
}

;// CONCATENATED MODULE: ./lib/wait/health.js

/** A server that refuses requests between good answers limits their rate: they are kept apart by this many ms, doubled up to 5 s. */
const SHORTEST_SPACING = 500;
const LONGEST_SPACING = 5_000;
/** The longest pause between the last requests, and the time that is left for the answer to the last of them, in ms. */
const LAST_PAUSE = 500;
const LAST_ROUND_TRIP = 500;
/** More refusals in a row are an outage rather than a limit. */
const MOST_REFUSALS = 3;
/** What each good answer leaves of the spacing, and what is not worth keeping. */
const SHRINKING = 0.9;
const NEGLIGIBLE_SPACING = 100;
const HEALTHY = {
    faults: 0,
    failedAt: Number.NEGATIVE_INFINITY,
    isBusy: false,
    silentSince: Number.POSITIVE_INFINITY,
    resolved: false,
    pause: 0,
    spacing: 0,
    nextAt: Number.NEGATIVE_INFINITY,
    floor: Number.NEGATIVE_INFINITY
};
/** The server has asked to be left alone for so many ms. */
function sparedFor(health, now, retryAfter) {
    return { ...health, floor: Math.max(health.floor, now + retryAfter) };
}
/** A request has started: the next one keeps its distance. */
function afterStart(health, moment) {
    return health.pause === 0 ? health : { ...health, nextAt: after(health.pause, moment) };
}
/** A reply has brought a usable answer about at least one job. */
function afterAnswer(health, sign) {
    const known = { ...health, resolved: true };
    if (health.faults === 0) {
        const spacing = shrunk(health.spacing);
        return { ...known, spacing, pause: spacing };
    }
    if (sign.askedAt < health.failedAt)
        return { ...known, silentSince: sign.now };
    const isLimit = health.isBusy && health.faults <= MOST_REFUSALS;
    const spacing = isLimit ? grown(health.spacing) : shrunk(health.spacing);
    return {
        ...known,
        faults: 0,
        isBusy: false,
        silentSince: Number.POSITIVE_INFINITY,
        spacing,
        pause: spacing,
        nextAt: after(spacing, sign)
    };
}
/**
 * A reply has brought nothing usable. After a first fault that is no overload, another job is asked about at once. A last
 * try is made when the server has been silent for `unreachableTimeout` ms.
 */
function afterFault(health, sign, unreachableTimeout, random) {
    const { askedAt, now, isBusy, isUnresolved, owedSince, longest } = sign;
    const resolved = health.resolved || !isUnresolved;
    const known = { ...health, resolved };
    if (askedAt < health.failedAt)
        return known;
    const faults = health.faults + 1;
    const silentSince = health.faults === 0 ? owedSince : health.silentSince;
    const pause = backoff(faults, longest, random);
    const wait = upTo(silentSince + unreachableTimeout - now, pause);
    const nextAt = isBusy || faults > 1 ? after(wait, sign) : now;
    return { ...known, faults, failedAt: now, isBusy, silentSince, pause, nextAt };
}
/** Whether the server has given no usable answer about any job for too long, or its name does not resolve from the start. */
function isUnreachable(health, now, unreachableTimeout) {
    const { faults, silentSince, resolved } = health;
    if (!resolved && faults >= UNRESOLVED_TRIES)
        return true;
    return faults > 1 && now - silentSince >= unreachableTimeout;
}
/** When the next request may start: at the deadline at the latest, and after it at once unless the server is overloaded. */
function opensAt({ nextAt, floor, isBusy }, now, deadline) {
    if (now < deadline)
        return Math.min(Math.max(nextAt, floor), deadline);
    return isBusy ? nextAt : deadline;
}
/** How many requests may start at once: after the deadline, all, unless the server is overloaded. */
function mostAtOnce({ pause, isBusy }, now, deadline) {
    return pause === 0 || (now >= deadline && !isBusy) ? Number.POSITIVE_INFINITY : 1;
}
/** When the next request may start after a pause (ms). The last ones share what is left of the overtime. */
function after(pause, { now, deadline, end, open }) {
    if (now < deadline)
        return Math.min(now + pause, deadline);
    const share = Math.max(0, end - LAST_ROUND_TRIP - now) / open;
    return now + Math.min(pause, LAST_PAUSE, share);
}
function grown(spacing) {
    return Math.min(Math.max(spacing * 2, SHORTEST_SPACING), LONGEST_SPACING);
}
function shrunk(spacing) {
    return spacing * SHRINKING < NEGLIGIBLE_SPACING ? 0 : spacing * SHRINKING;
}

;// CONCATENATED MODULE: ./lib/jobs/job.js
/** How a finished job ended, from the best to the worst, in Unified Manager's words. */
const VERDICTS = ['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'];
/** Whether a job has done what it was to do: only then has it started its operation. */
function isSuccess({ verdict }) {
    return verdict === 'NORMAL' || verdict === 'WARNING';
}
/** A job of which nothing is known. */
const UNKNOWN_JOB = {
    key: '',
    name: '',
    state: '',
    over: false,
    verdict: null,
    recognized: false,
    idle: null,
    dated: false,
    message: '',
    errorCode: '',
    failures: [],
    result: {},
    startedAt: null,
    endedAt: null,
    lastModified: null,
    source: {}
};
/** What a state means: a verdict, one of the words for a pending job, or nothing that is known. */
function meaningOf(word, verdict, pending) {
    const over = verdict !== null;
    return { verdict, over, recognized: over || pending.has(word), idle: over ? null : (pending.get(word) ?? null) };
}

;// CONCATENATED MODULE: ./lib/wait/operation.js

/** How much the times of a cluster's nodes may differ, by their clocks and by rounding, in ms. */
const CLOCK_GRAIN = 2_000;
/**
 * The resource to ask about after the success of a job; null where neither the call nor the job names one. The time of the
 * call is that of the job's start, where it has one: something in front of the server can have dated the answer to the call.
 */
function resourceAfter(job, { root }, until) {
    const { operation, target } = until;
    const key = until.key ?? operation.keyOf(job);
    if (key === null)
        return null;
    const since = job.startedAt === null ? until.since : job.startedAt - CLOCK_GRAIN;
    return { api: operation.resource(target, since), key, root, reported: null };
}
/** A reading of the resource as one of the job that started the operation: a warning of the job is not forgotten. */
function afterSuccess(job, reading) {
    const { key, name, startedAt, source } = job;
    const verdict = reading.verdict && worse(reading.verdict, job.verdict);
    const message = reading.message || (verdict === 'WARNING' ? job.message : '');
    return { ...reading, key, name, startedAt, source, verdict, message };
}
function worse(one, other) {
    return VERDICTS.findLast(verdict => verdict === one || verdict === other);
}

;// CONCATENATED MODULE: ./lib/jobs/endings.js
/** The server's own code for how a job ended, '' where it gave none. */
function errorCodeOf(ending) {
    return ('reason' in ending && ending.errorCode) || (ending.job?.errorCode ?? '');
}
/** Everything that follows from an outcome, the worst first: of several jobs, the worst ending is the step's. */
const ENDINGS = {
    error: {
        symbol: '❌',
        title: 'The job failed',
        titleWithoutJob: 'The call failed',
        did: 'failed',
        failsOn: 'ERROR',
        mayBeRunning: false,
        advice: 'Fix the cause, then repeat the call: the job has ended.'
    },
    'partial-failures': {
        symbol: '❌',
        title: 'The job partially failed',
        titleWithoutJob: 'The call partially failed',
        did: 'partially failed',
        failsOn: 'PARTIAL_FAILURES',
        mayBeRunning: false,
        advice: 'Fix the cause, then repeat what failed: the rest is done.',
        adviceWithoutJob: 'Fix the cause, then repeat what failed: the rest is done.'
    },
    refused: {
        symbol: '❌',
        title: 'The server refused the call',
        titleWithoutJob: 'The server refused the call',
        did: 'refused',
        failsOn: 'anything',
        mayBeRunning: false,
        advice: '',
        adviceWithoutJob: 'Resolve what the message reports, then run the step again: the server has changed nothing.'
    },
    unauthorized: {
        symbol: '🔒',
        title: 'The server did not allow the job to be read',
        titleWithoutJob: 'The server did not allow access',
        did: 'could not be read',
        failsOn: 'anything',
        mayBeRunning: true,
        advice: 'The job may still be running. After a 401, check the credentials; after a 403, whether their role may read jobs.',
        adviceWithoutJob: 'After a 401, check the credentials; after a 403, what their role may do.'
    },
    unrecognized: {
        symbol: '❓',
        title: 'The state of the job is unknown',
        titleWithoutJob: 'The answer names no job',
        did: 'showed an unknown state',
        failsOn: 'anything',
        mayBeRunning: true,
        advice: 'The job may still be running. Check it on the server.'
    },
    lost: {
        symbol: '❓',
        title: 'The server no longer knows the job',
        titleWithoutJob: 'The result cannot be determined',
        did: 'disappeared',
        failsOn: 'anything',
        mayBeRunning: false,
        advice: 'The job may have succeeded or failed: check the resource itself.'
    },
    'not-found': {
        symbol: '❓',
        title: 'The job was not found',
        titleWithoutJob: 'Not found on the server',
        did: 'could not be found',
        failsOn: 'anything',
        mayBeRunning: false,
        advice: 'Check the key, and that this is the server that accepted the call.'
    },
    unreachable: {
        symbol: '🔌',
        title: 'The server gave no usable answer',
        titleWithoutJob: 'The server gave no usable answer',
        did: 'could not be reached',
        failsOn: 'anything',
        mayBeRunning: true,
        advice: 'The job may still be running. Check "url", the network, and any proxy in between.',
        adviceWithoutJob: 'Check "url", the network, and any proxy in between.'
    },
    timeout: {
        symbol: '⏳',
        title: 'Timed out before the job finished',
        titleWithoutJob: 'Timed out before there was a job to wait for',
        did: 'timed out',
        failsOn: 'anything',
        mayBeRunning: true,
        advice: 'The job may still be running. Continue waiting in a later step, or raise "timeout".',
        adviceWithoutJob: 'Run the step again later, or raise "timeout".'
    },
    cancelled: {
        symbol: '🚫',
        title: 'The wait was cancelled before the job finished',
        titleWithoutJob: 'The step was cancelled before there was a job to wait for',
        did: 'no longer awaited',
        failsOn: 'anything',
        mayBeRunning: true,
        advice: 'The job may still be running.'
    },
    'invalid-input': {
        symbol: '❌',
        title: 'Invalid inputs',
        titleWithoutJob: 'Invalid inputs',
        did: 'not awaited',
        failsOn: 'anything',
        mayBeRunning: false,
        advice: '',
        adviceWithoutJob: 'Correct "job-query" or "url": the server did not accept the request for the list.'
    },
    warning: {
        symbol: '⚠️',
        title: 'The job finished with a warning',
        titleWithoutJob: 'The call finished with a warning',
        did: 'finished with a warning',
        failsOn: 'WARNING',
        mayBeRunning: false,
        advice: ''
    },
    accepted: {
        symbol: '📨',
        title: 'The server accepted the call; its job is not awaited',
        titleWithoutJob: 'The server accepted the call',
        did: 'accepted',
        failsOn: 'nothing',
        mayBeRunning: true,
        advice: 'Wait for the job in a later step.'
    },
    success: {
        symbol: '✅',
        title: 'The job succeeded',
        titleWithoutJob: 'Nothing to wait for',
        did: 'succeeded',
        failsOn: 'NORMAL',
        mayBeRunning: false,
        advice: ''
    }
};
/** Every outcome, the worst first. */
const OUTCOMES = Object.keys(ENDINGS);
/** The ending that rests on a verdict. */
function outcomeOf(verdict) {
    return OUTCOMES.find(outcome => ENDINGS[outcome].failsOn === verdict);
}
/** Whether an ending fails the step; one that is not in the table does. */
function fails(outcome, failOn) {
    const cause = Object.hasOwn(ENDINGS, outcome) ? ENDINGS[outcome].failsOn : 'anything';
    return cause === 'anything' || (cause !== 'nothing' && failOn.has(cause));
}

;// CONCATENATED MODULE: ./lib/wait/watch.js

const NO_PROBLEM = { what: '', code: '' };
const NO_ERRORS = {
    faults: 0,
    misses: 0,
    denials: 0,
    failingSince: null,
    missingSince: null,
    last: NO_PROBLEM
};
function startWatch(reference, now) {
    return {
        reference,
        about: reference,
        succeeded: null,
        startedAt: now,
        phase: { kind: 'unseen' },
        seenAt: null,
        requests: 0,
        heard: false,
        errors: NO_ERRORS,
        early: 0,
        listed: false,
        omissions: 0,
        alone: false,
        dueAt: now,
        askableAt: now
    };
}
/** The same for the operation that the job has started by its success: from now on its resource is asked about. */
function watchOperation({ reference, requests }, job, resource, now) {
    const watch = startWatch(reference, now);
    return { ...watch, about: resource, succeeded: job, seenAt: now, requests };
}
/** The last well-formed reading of a job; null where there was none. It is pending while its operation is. */
function jobOf({ phase, succeeded }) {
    return phase.kind === 'unseen' ? succeeded && { ...succeeded, over: false, verdict: null } : phase.job;
}
/** When a job is due, the deadline considered: then all are, but for an end that must not be confirmed too soon. */
function dueBy({ phase, dueAt }, deadline) {
    return Math.min(dueAt, phase.kind === 'confirming' ? Math.max(phase.from, deadline) : deadline);
}
function hasErrors({ errors: { faults, misses, denials } }) {
    return faults + misses + denials > 0;
}
/** The ending of a job that the deadline has overtaken. */
function expire(watch) {
    const { phase, errors } = watch;
    if (phase.kind === 'unseen') {
        const { done, until } = watch.about;
        if (errors.misses > 0 && done !== undefined && until === undefined)
            return endingByCall(done, errors.last);
        return concede(watch, errors.misses > 0 ? 'not-found' : 'timeout', errors.last);
    }
    if (!phase.job.recognized) {
        return concede(watch, 'unrecognized', because(`unknown state ${JSON.stringify(phase.job.state)}`));
    }
    if (phase.kind === 'confirming')
        return concede(watch, 'timeout', because('no second reading confirmed its end'));
    return concede(watch, 'timeout', errors.last);
}
/** An ending without a verdict, unless there is one and only the details that explain it are missing. */
function concede(watch, outcome, { what: reason, code: errorCode }) {
    const { phase } = watch;
    if (phase.kind === 'settling' && !phase.details.decisive)
        return endingOf(phase.job);
    return { outcome, job: jobOf(watch), reason, errorCode };
}
/** A problem that is not the server's word. */
function because(what) {
    return { what, code: '' };
}
/** The ending of a job that cannot be read, as the answer to its call gives it. */
function endingByCall(done, { what: unread }) {
    return { outcome: outcomeOf(done.verdict), job: done, unread };
}
/** The ending of a finished job. One without a verdict never passes, for any reason. */
function endingOf(job) {
    if (job.verdict !== null)
        return { outcome: outcomeOf(job.verdict), job };
    const reason = `the state ${JSON.stringify(job.state)} does not say how it ended`;
    return { outcome: 'unrecognized', job, reason, errorCode: job.errorCode };
}

;// CONCATENATED MODULE: ./lib/wait/step.js


/**
 * How much of its pause a job must have had before it is asked about along with others, and how long, in ms. At a half,
 * jobs whose pauses are as long are soon asked about together.
 */
const LEAST_SHARE_OF_PAUSE = 0.5;
const LEAST_PAUSE = 900;
/** A pause takes at most this share of the time for which the server still knows a job that ended in it. */
const SHARE_OF_MEMORY = 0.8;
/** The job is asked about again after a pause (ms), and along with others after a `share` of it. */
function again({ watch, landing }, changes, pause, share = LEAST_SHARE_OF_PAUSE) {
    const least = Math.min(pause, Math.max(pause * share, LEAST_PAUSE));
    return { watch: { ...watch, ...changes, dueAt: landing.now + pause, askableAt: landing.now + least } };
}
function standard({ watch, landing, rules, random }, job) {
    const { remembers = Number.POSITIVE_INFINITY } = watch.about.api;
    const longest = Math.min(rules.pollInterval, remembers * SHARE_OF_MEMORY);
    return standardPause(ageOf(job, watch.startedAt, landing), longest, random);
}
/** The longest pause after a fault that fits the job, in ms. */
function longestPauseAfterFault(watch, landing, rules) {
    return longestBackoff(standard({ watch, landing, rules, random: () => 1 }, jobOf(watch)));
}
/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job, startedAt, { serverNow, now }) {
    const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt;
    return age >= 0 ? age : now - startedAt;
}
/** From when on an answer was due: a server that was asked to hold it owes nothing until the hold has ended. */
function owedSince({ askedAt, now, hold }) {
    return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now);
}

;// CONCATENATED MODULE: ./lib/wait/settle.js




/** How long after the first look the second one is made, at least, at what must not be believed at once, in ms. */
const CONFIRMING = 1_000;
/** The job has ended: its ending, once what else there is to know of it is known. */
function settle(here, job, alone) {
    const { about } = here.watch;
    const details = about.api.details?.ask(job, about.reported);
    if (details == null)
        return finish(here, job);
    const phase = { kind: 'settling', job, details };
    return again(here, { errors: NO_ERRORS, seenAt: here.landing.now, alone, phase }, 0);
}
/** Everything about the end of the job is known: its ending, or the operation that it started, if that has to end, too. */
function finish(here, job) {
    const { about } = here.watch;
    if (about.until === undefined || !isSuccess(job))
        return { ending: endingOf(job) };
    const resource = resourceAfter(job, about, about.until);
    if (resource === null) {
        const reason = `the job succeeded, but does not name the resource of a ${about.until.operation.title}`;
        return { ending: { outcome: 'unrecognized', job: { ...job, verdict: null }, reason, errorCode: '' } };
    }
    return again(here, watchOperation(here.watch, job, resource, here.landing.now), 0);
}
/** The job cannot be read, but the answer to its call said that the call is done: that counts. */
function believe(here, done, last) {
    return here.watch.about.until === undefined ? { ending: endingByCall(done, last) } : finish(here, done);
}
/** Whether an end has all the time that it can have: one without, of an API that shows it, may be taken back. */
function isTimed(job, api) {
    return job.dated || !api.datesEnds;
}

;// CONCATENATED MODULE: ./lib/wait/absence.js




/** A 404 just after the 202 is common, and so it is in a failover: the job is given this long to appear, in ms. */
const GRACE = 10_000;
/** So many jobs cost little to ask about one by one. */
const FEW = 6;
/** A list has left the job out: it is asked about by itself. */
function omit(here) {
    return again(here, { omissions: here.watch.omissions + 1, alone: true }, 0);
}
/** Whether an empty list can mean a failover: for a few jobs, and at the deadline, each is asked about by itself at once. */
function hasVanished({ watch, landing }) {
    return watch.listed && landing.count > FEW && !landing.isLast;
}
/**
 * A list has none of the many jobs that lists have shown before, as in a failover: they are asked about together again, and
 * each by itself before it counts as lost.
 */
function vanish(here) {
    const { watch, landing, random } = here;
    const { errors } = watch;
    const misses = errors.misses + 1;
    const missingSince = errors.missingSince ?? landing.now;
    const graceLeft = missingSince + GRACE - landing.now;
    if (graceLeft <= 0)
        return again(here, { alone: true }, 0);
    const last = because('the server lists none of the jobs');
    return again(here, { errors: { ...errors, misses, missingSince, last } }, upTo(graceLeft, backoff(misses, GRACE, random)));
}
/** The server does not know the job: not yet, or no longer. A list that left it out was right. */
function miss(here, last) {
    const { watch, landing, random } = here;
    const { about, startedAt, phase, errors } = watch;
    const { reported, done, api } = about;
    const isReported = reported?.over && (reported.verdict !== 'NORMAL' || isTimed(reported, api));
    if (phase.kind === 'unseen' && isReported)
        return settle(here, reported, watch.alone);
    const misses = errors.misses + 1;
    if (phase.kind === 'unseen' && done !== undefined && misses > 1)
        return believe(here, done, last);
    const missingSince = errors.missingSince ?? landing.now;
    const graceLeft = (phase.kind === 'unseen' ? startedAt : missingSince) + GRACE - landing.now;
    if (graceLeft <= 0 && misses > 1) {
        return { ending: concede(watch, phase.kind === 'unseen' ? 'not-found' : 'lost', last) };
    }
    const pause = backoff(misses, GRACE, random);
    const changes = { errors: { ...errors, misses, missingSince, last }, omissions: 0 };
    if (phase.kind === 'unseen' && done !== undefined)
        return again(here, changes, Math.max(pause, CONFIRMING), 1);
    return again(here, changes, upTo(graceLeft, pause));
}
/** The server does not show the job to this user. `final`: asking again could lock the account. */
function deny(here, last, final) {
    const { watch, random } = here;
    const { about, phase } = watch;
    if (!final && phase.kind === 'unseen' && about.done !== undefined)
        return believe(here, about.done, last);
    if (final || watch.errors.denials > 0)
        return { ending: concede(watch, 'unauthorized', last) };
    return again(here, { errors: { ...watch.errors, denials: 1, last } }, backoff(1, GRACE, random));
}

;// CONCATENATED MODULE: ./lib/wait/long-poll.js
/** Below this a hold costs as many requests as standard polling. */
const SHORTEST_USEFUL_HOLD = 5;
/** A server that answers this often before a fifth of the hold has passed, with nothing changed, does not hold. */
const UNHELD_ANSWERS = 2;
/** What takes less than this, in ms, was not held, however short the hold: it can have been the way. */
const SHORTEST_HOLD = 1_000;
function startLongPoll(ms) {
    return { seconds: Math.floor(ms / 1_000), unheld: 0 };
}
/** Whether an answer came so early that the server cannot have held it to the end. `took` in ms. */
function isEarly(hold, took) {
    return took < Math.max((hold.seconds * 1_000) / 5, SHORTEST_HOLD);
}
/** Whether a held request was cut where a proxy's patience ends: in the last fifth of the hold. `took` in ms. */
function isCutNearHold(answer, hold, took) {
    return hold !== null && answer.kind === 'fault' && answer.why === 'cut' && took >= hold.seconds * 1_000 * 0.8;
}
/**
 * What the answer to a held request teaches: `took` in ms, `changed` whether it showed anything new about the job. A fault
 * that came early says nothing against holds as long as this one, but that the request was not held; a job that is not
 * there says nothing at all.
 */
function learn(longPoll, answer, hold, took, changed) {
    if (longPoll.seconds === 0 || answer.kind === 'refused')
        return OFF;
    if (answer.kind === 'missing')
        return longPoll;
    const early = isEarly(hold, took);
    if (answer.kind === 'fault' && !early)
        return shortened(longPoll, hold);
    if (changed || !early)
        return { ...longPoll, unheld: 0 };
    const unheld = longPoll.unheld + 1;
    return unheld < UNHELD_ANSWERS ? { ...longPoll, unheld } : OFF;
}
const OFF = { seconds: 0, unheld: 0 };
function shortened(longPoll, hold) {
    const seconds = Math.min(longPoll.seconds, Math.floor(hold.seconds / 2));
    return seconds < SHORTEST_USEFUL_HOLD ? OFF : { seconds, unheld: 0 };
}

;// CONCATENATED MODULE: ./lib/wait/judge.js







/** A job that is not there yet is missing from a list once: one that lists leave out this often is not asked for in them. */
const MOST_OMISSIONS = 2;
/** Faults in a row of one job that may be its own: a server that answers about others can be out of luck with one. */
const OWN_FAULTS = 4;
/**
 * The answer as it counts for this job: once a job has been seen, a page of something in front of the server (an ingress, a
 * firewall, a server that is starting) says nothing of it, and is a fault like any other.
 */
function discountPage(answer, { phase, succeeded }) {
    const page = pageIn(answer);
    if (page === null || (phase.kind === 'unseen' && succeeded === null))
        return answer;
    return { kind: 'fault', why: 'other', what: page.what, code: page.code };
}
/** What something in front of the server said in its place; null where the API itself speaks. */
function pageIn(answer) {
    if (answer.kind === 'unlisted')
        return answer.page;
    return 'page' in answer && answer.page ? answer : null;
}
/** Decides what follows from one answer about a job. Pure but for `random`. */
function judge(asked, answer, landing, rules, random) {
    const heard = asked.heard || answer.kind !== 'unlisted';
    const watch = { ...asked, heard };
    const here = { watch, landing, rules, random };
    const { phase } = asked;
    if (phase.kind !== 'settling' || answer.kind === 'details')
        return follow(here, answer, !asked.heard);
    const { decisive } = phase.details;
    const promised = phase.details.promised || (answer.kind === 'fault' && answer.why === 'incomplete');
    if (!decisive || (!promised && answer.kind === 'refused'))
        return finish(here, phase.job);
    const known = { ...phase, details: { ...phase.details, promised } };
    const step = follow({ ...here, watch: { ...watch, phase: known } }, answer, false);
    const hasNone = !promised && (answer.kind === 'missing' || answer.kind === 'denied');
    return hasNone && 'ending' in step ? finish(here, phase.job) : step;
}
/** What follows from an answer, whatever it was asked for. `isFirst`: there was none about this job before. */
function follow(here, answer, isFirst) {
    const { watch, landing } = here;
    const { phase } = watch;
    switch (answer.kind) {
        case 'job':
            return read(here, watch.succeeded === null ? answer.job : afterSuccess(watch.succeeded, answer.job));
        case 'details':
            return finish(here, answer.job);
        case 'accepted':
            return pend(here, {
                errors: NO_ERRORS,
                phase: phase.kind === 'confirming' ? { kind: 'pending', job: phase.job } : phase
            });
        case 'unlisted':
            return answer.isEmpty && hasVanished(here) ? vanish(here) : omit(here);
        case 'missing':
            return miss(here, answer);
        case 'denied':
            return deny(here, answer, answer.final);
        case 'refused':
            return refuse(here, answer, isFirst);
        case 'fault':
            return isCutNearHold(answer, landing.hold, landing.now - landing.askedAt)
                ? again(here, {}, 0)
                : fail(here, answer, answer.why !== 'busy');
        case 'fatal':
            return { ending: concede(watch, 'unreachable', answer) };
    }
}
/** A well-formed reading: the job is pending, or has ended, or seems to have ended and is read once more. */
function read(here, job) {
    const { watch, landing } = here;
    const { phase } = watch;
    const alone = watch.alone && watch.omissions >= MOST_OMISSIONS;
    const changes = { errors: NO_ERRORS, seenAt: landing.now, alone, listed: watch.listed || landing.count > 1 };
    if (!job.over)
        return pend(here, { ...changes, phase: { kind: 'pending', job } });
    const isConfirmed = phase.kind === 'confirming' && phase.job.verdict === job.verdict;
    if (isTimed(job, watch.about.api) || isConfirmed)
        return settle(here, job, alone);
    const pause = phase.kind === 'confirming' ? standard(here, job) : 0;
    const unconfirmed = { kind: 'confirming', job, from: landing.now + CONFIRMING };
    return again(here, { ...changes, phase: unconfirmed }, Math.max(pause, CONFIRMING), 1);
}
/** The job is pending: asked about again after a pause, or at once where that is a long poll. */
function pend(here, changes) {
    const { watch, landing } = here;
    const pending = { ...watch, ...changes };
    const pause = () => standard(here, jobOf(pending));
    if (landing.hold !== null && isEarly(landing.hold, landing.now - landing.askedAt)) {
        const early = watch.early + 1;
        return again(here, { ...changes, early }, chatterPause(early, pause()));
    }
    const holds = watch.phase.kind !== 'confirming' && landing.holdNext(pending);
    return again(here, { ...changes, early: 0 }, holds ? 0 : pause());
}
/** The server does not take the request as such: a held one is asked plainly, and where the first is plain none will do. */
function refuse(here, problem, isFirst) {
    if (here.landing.hold !== null)
        return again(here, {}, 0);
    return isFirst ? { ending: concede(here.watch, 'unreachable', problem) } : fail(here, problem, true);
}
/**
 * No usable answer: asked again, unless there has been none about this job for too long although the server answers about
 * others. `isOwn`: whether that can be the job's own fault, which overload is not.
 */
function fail(here, last, isOwn) {
    const { watch, landing, rules, random } = here;
    const faults = watch.errors.faults + 1;
    const failingSince = watch.errors.failingSince ?? owedSince(landing);
    const patience = failingSince + rules.unreachableTimeout - landing.now;
    if (isOwn && patience <= 0 && faults >= OWN_FAULTS)
        return { ending: concede(watch, 'unreachable', last) };
    const pause = backoff(faults, longestPauseAfterFault(watch, landing, rules), random);
    const errors = { ...watch.errors, faults, failingSince, last };
    return again(here, { errors }, upTo(patience, pause));
}

;// CONCATENATED MODULE: ./lib/jobs/encode.js
/** A key as one segment of a path: `:` stays as it is, whatever else could end the segment is encoded. */
function encodeSegment(key) {
    return encodeURIComponent(key).replaceAll('%3A', ':');
}
/** Whether a path can hold the text as one segment of its own: dots alone would lead out of it. */
function isSegment(text) {
    return !['', '.', '..'].includes(text) && !/\p{Cc}/u.test(text) && text.isWellFormed();
}
/** A value in a query where `|` means "or" and `*` means "anything": neither may come out of a key. */
function encodeQuery(value) {
    return encodeSegment(value).replaceAll('*', '%2A');
}
/** Whether a path has a segment that an address loses, alone or together with the one before it: `.` or `..`, encoded or not. */
function leadsBack(path) {
    return /\/(\.|%2e){1,2}([/?]|$)/i.test(path);
}
/** A key in valid percent-encoding is decoded, once; any other `%` is data. */
function decodeOnce(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./lib/wait/plan.js


/** How many requests are under way at once, and so how many jobs may long-poll, each on its own connection. */
const LANES = 6;
/** How many jobs one list request may ask about, and how many characters of keys fit into its URL. */
const LONGEST_LIST = 100;
const LONGEST_KEYS = 3_750;
/**
 * Whole seconds to ask the server to hold its answer about a job, which is then asked about by itself; 0 for a plain
 * request: the first look, after anything out of order, and when less than a second is left.
 */
function holdFor(watch, situation) {
    const { longestHold } = watch.about.api;
    if (situation.open > LANES || longestHold === undefined)
        return 0;
    if (watch.phase.kind !== 'pending' || hasErrors(watch))
        return 0;
    const longest = Math.min(longestHold, situation.deadline - situation.now);
    return Math.max(0, Math.min(situation.longPoll.seconds, Math.floor(longest / 1_000)));
}
/**
 * The questions to put now about the jobs that are `idle` (open, and no request about them under way). A job that is due
 * is asked about; where the API has a list, those that are nearly due go along in the same request.
 */
function plan(idle, situation) {
    const { now, deadline, free } = situation;
    const waiting = inOrder(idle, situation);
    const questions = [];
    while (questions.length < free) {
        const first = waiting.find(watch => dueBy(watch, deadline) <= now);
        if (first === undefined)
            break;
        const seconds = holdFor(first, situation);
        if (seconds > 0) {
            const hold = { seconds, lastModified: jobOf(first)?.lastModified ?? null };
            questions.push({ references: [first.about], hold, settling: null });
            waiting.splice(waiting.indexOf(first), 1);
            continue;
        }
        const chosen = together(first, waiting, situation);
        const settling = first.phase.kind === 'settling' ? first.phase.job : null;
        questions.push({ references: chosen.map(({ about }) => about), hold: null, settling });
        for (const watch of chosen)
            waiting.splice(waiting.indexOf(watch), 1);
    }
    return questions;
}
/** The most urgent first; in trouble, before all others those that it has not met: they show whether it is the server's. */
function inOrder(idle, { deadline, inTrouble }) {
    const rank = (watch) => (inTrouble && hasErrors(watch) ? 1 : 0);
    return [...idle].sort((one, other) => rank(one) - rank(other) || dueBy(one, deadline) - dueBy(other, deadline));
}
/** The jobs for one request: the first, however long its key, and those that go along with it. */
function together(first, waiting, situation) {
    if (!isListed(first, situation))
        return [first];
    const chosen = [];
    let length = 0;
    for (const watch of [first, ...waiting.filter(other => other !== first)]) {
        if (Math.min(watch.askableAt, dueBy(watch, situation.deadline)) > situation.now)
            continue;
        if (holdFor(watch, situation) > 0)
            continue;
        if (!isListed(watch, situation) || collectionOf(watch) !== collectionOf(first))
            continue;
        length += encodeQuery(watch.about.key).length + 1;
        if (chosen.length === LONGEST_LIST || (chosen.length > 0 && length > LONGEST_KEYS))
            break;
        chosen.push(watch);
    }
    return chosen;
}
function collectionOf({ about }) {
    return `${about.root}${about.api.list?.collection}`;
}
function isListed(watch, situation) {
    if (watch.alone || watch.phase.kind === 'settling')
        return false;
    return situation.lists && watch.about.api.list !== undefined;
}

;// CONCATENATED MODULE: ./lib/wait/deadline.js
/** A request in flight when the deadline strikes may run on for this long, in ms: a verdict in its answer counts. */
const OVERTIME = 2_000;
/** An alarm that goes off later than this, in ms, was slept through by the whole machine. */
const OVERSLEPT = 500;
/** `startedAt`: when the wait began, which may be before now. */
function createDeadline(at, startedAt, clock) {
    let alarm = new AbortController();
    let alarmAt = startedAt;
    let wokeAt = Number.NEGATIVE_INFINITY;
    const hasStruck = () => clock.now() >= at;
    const end = () => Math.max(at, wokeAt) + OVERTIME;
    return {
        at,
        hasStruck,
        end,
        sleepUntil: async (time) => {
            alarm = new AbortController();
            alarmAt = Math.min(time, hasStruck() ? end() : at);
            await clock.sleep(alarmAt - clock.now(), alarm.signal);
        },
        wake: () => alarm.abort('woken'),
        hasJustWoken: () => {
            const now = clock.now();
            if (!hasStruck() || now <= alarmAt + OVERSLEPT || wokeAt >= at)
                return false;
            wokeAt = now;
            alarmAt = now;
            return true;
        },
        isBeforeSleep: time => time < wokeAt
    };
}

;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./lib/wait/traits.js


/** After this many unfit lists in a row, each job is asked about by itself. */
const UNFIT_LISTS = 2;
/** `longPoll`: how long to ask the server to hold an answer, in ms. */
function startTraits(longPoll) {
    return { longPoll: startLongPoll(longPoll), unfitLists: 0 };
}
/** Whether lists are still asked for. */
function hasLists({ unfitLists }) {
    return unfitLists < UNFIT_LISTS;
}
function afterList(traits, filtered) {
    return { ...traits, unfitLists: filtered ? 0 : traits.unfitLists + 1 };
}
/** A question about one job has failed: what came instead of the last list may have been the same trouble. */
function afterSingleFault(traits) {
    return hasLists(traits) ? { ...traits, unfitLists: 0 } : traits;
}
/** `known`: the last reading before the answer to a held request, which `took` ms. */
function afterHold(traits, answer, known, hold, took) {
    return { ...traits, longPoll: learn(traits.longPoll, answer, hold, took, isNews(answer, known)) };
}
/** Whether an answer has anything that the last reading had not; one that is nested too deeply to compare does. */
function isNews(answer, known) {
    if (answer.kind !== 'job')
        return false;
    try {
        return !(0,external_node_util_namespaceObject.isDeepStrictEqual)(answer.job, known);
    }
    catch {
        return true;
    }
}

;// CONCATENATED MODULE: ./lib/wait/run.js




function startRun(references, rules, options) {
    const now = options.clock.now();
    const { startedAt = now } = options;
    return {
        ...options,
        startedAt,
        rules,
        deadline: createDeadline(startedAt + rules.timeout, startedAt, options.clock),
        open: new Map(references.map(reference => [reference, startWatch(reference, now)])),
        ended: new Map(),
        flights: new Map(),
        traits: startTraits(rules.longPoll),
        health: HEALTHY,
        defect: undefined
    };
}
function momentOf({ clock, deadline, open }) {
    return { now: clock.now(), deadline: deadline.at, end: deadline.end(), open: open.size };
}
/** Ends the wait for one job. */
function end(run, { reference, about, succeeded, requests, seenAt }, ending) {
    const { clock, startedAt, open, ended } = run;
    const seen = seenAt === null ? null : seenAt - startedAt;
    const beyond = succeeded === null ? {} : { isBeyond: true };
    const awaited = { reference, ending, elapsed: clock.now() - startedAt, requests, seenAt: seen, ...beyond };
    open.delete(about);
    ended.set(reference, awaited);
    run.observe({ kind: 'ended', awaited });
}
/** Ends the wait for all jobs that are still open. */
function endAll(run, outcome, why) {
    for (const watch of run.open.values())
        end(run, watch, concede(watch, outcome, why));
}
/** Gives up every request under way. */
function abortFlights({ flights }) {
    for (const { abort } of flights.values())
        abort.abort();
}
/** A machine that slept through the deadline has yet to make its last poll: what was in flight is asked anew. */
function noticeSleep(run) {
    if (run.deadline.hasJustWoken())
        abortFlights(run);
}

;// CONCATENATED MODULE: ./lib/wait/land.js








/** Takes in one reply: what it says of each of its jobs. */
function land(run, question, reply, askedAt) {
    noticeSleep(run);
    const { clock, deadline, open, startedAt } = run;
    const now = clock.now();
    const { references, hold } = question;
    const { retryAfter, serverNow } = reply;
    const asked = references.map(reference => open.get(reference));
    if (references.length > 1)
        run.traits = afterList(run.traits, reply.filtered);
    const holdNext = (watch) => holdFor(watch, { now, deadline: deadline.at, longPoll: run.traits.longPoll, open: open.size }) > 0;
    const landing = {
        askedAt,
        now,
        hold,
        serverNow,
        count: references.length,
        isLast: deadline.hasStruck(),
        holdNext
    };
    /** One draw for all jobs of a reply: those that are asked about together stay together. */
    const draw = run.random();
    const random = () => draw;
    const answers = asked.map((watch, index) => discountPage(reply.answers[index], watch));
    const silence = diagnose(run, asked, answers, landing, retryAfter, random);
    const endings = asked.map((watch, index) => hear(run, watch, answers[index], landing, random));
    run.observe({ kind: 'replied', elapsed: now - startedAt });
    if (silence !== null)
        endAll(run, 'unreachable', silence);
    if (endings.some(ending => ending !== null && run.isFinal(ending))) {
        endAll(run, 'cancelled', because('another job failed, and "fail-fast" is set'));
    }
}
/** What a reply shows of the server's health; why the server counts as unreachable, if it does. */
function diagnose(run, asked, answers, landing, retryAfter, random) {
    const { askedAt, now, hold } = landing;
    if (run.deadline.isBeforeSleep(askedAt))
        return null;
    const sign = { ...momentOf(run), askedAt };
    if (retryAfter !== null)
        run.health = sparedFor(run.health, now, retryAfter);
    const faults = answers.filter(answer => answer.kind === 'fault');
    const [fault] = faults;
    if (fault === undefined || faults.length < answers.length) {
        run.health = afterAnswer(run.health, sign);
        return null;
    }
    if (isCutNearHold(fault, hold, now - askedAt))
        return null;
    if (asked.length === 1)
        run.traits = afterSingleFault(run.traits);
    const longest = Math.min(...asked.map(watch => longestPauseAfterFault(watch, landing, run.rules)));
    const isUnresolved = fault.why === 'unresolved';
    const owed = { owedSince: owedSince(landing), longest, isBusy: fault.why === 'busy', isUnresolved };
    run.health = afterFault(run.health, { ...sign, ...owed }, run.rules.unreachableTimeout, random);
    return isUnreachable(run.health, now, run.rules.unreachableTimeout) ? fault : null;
}
/** Takes in what a reply says of one job; its ending, if that is one. */
function hear(run, before, answer, landing, random) {
    const { deadline, open, rules, observe, startedAt } = run;
    const { askedAt, now } = landing;
    const isStale = deadline.isBeforeSleep(askedAt);
    if (isStale && answer.kind !== 'job' && answer.kind !== 'details')
        return null;
    teach(run, before, answer, landing);
    const step = judge(before, answer, landing, rules, random);
    const after = 'watch' in step ? step.watch : null;
    observe({ kind: 'answer', elapsed: now - startedAt, answer, before, after });
    if (after !== null && (isStale || !isSettled(deadline, answer, before, after, askedAt))) {
        if (after.about !== before.about)
            open.delete(before.about);
        open.set(after.about, after);
        return null;
    }
    const ending = 'ending' in step ? step.ending : expire(step.watch);
    end(run, after ?? before, ending);
    return ending;
}
/** Learns from the answer to a held request. */
function teach(run, before, answer, { hold, askedAt, now }) {
    if (hold === null)
        return;
    const known = run.traits.longPoll;
    run.traits = afterHold(run.traits, answer, jobOf(before), hold, now - askedAt);
    const { longPoll } = run.traits;
    if (longPoll.seconds !== known.seconds) {
        run.observe({ kind: 'long-poll', elapsed: now - run.startedAt, longPoll, answer });
    }
}
/** Whether the last question about a job is answered: until then it is put again, although the deadline has struck. */
function isSettled(deadline, answer, before, after, askedAt) {
    if (!deadline.hasStruck() || answer.kind === 'unlisted')
        return false;
    if (after.about !== before.about)
        return false;
    if (after.phase.kind === 'settling')
        return before.phase.kind === 'settling';
    if (after.phase.kind === 'confirming' && answer.kind === 'job')
        return false;
    return askedAt >= deadline.at || answer.kind === 'job' || answer.kind === 'accepted';
}

;// CONCATENATED MODULE: ./lib/wait/wait.js







/**
 * Waits until every job has finished, the deadline is reached or `stop` aborts. Returns how each wait ended, in the order given.
 *
 * The state is read before the clock: an answer that shows the job's end counts even if it arrives after the deadline,
 * and so do the details of that end; and every job is asked about one last time when the deadline strikes: at once where
 * no request about it is under way, else where that request brings nothing usable. Where the machine slept through that
 * moment, every job is, on waking. Rejects with what `ask` or `observe` throws.
 */
async function wait(references, rules, options) {
    const run = startRun(references, rules, options);
    const { clock, stop, open, ended, deadline } = run;
    stop.addEventListener('abort', deadline.wake);
    try {
        while (open.size > 0) {
            noticeSleep(run);
            if (stop.aborted)
                endAll(run, 'cancelled', because('the workflow was cancelled'));
            else if (clock.now() >= deadline.end())
                for (const watch of open.values())
                    end(run, watch, expireUnanswered(run, watch));
            else {
                launch(run);
                await nextEvent(run);
                if (run.defect !== undefined)
                    throw run.defect;
            }
        }
    }
    finally {
        stop.removeEventListener('abort', deadline.wake);
        abortFlights(run);
    }
    return references.map(reference => ended.get(reference));
}
/** Puts the questions that are due, as far as the server's health allows. */
function launch(run) {
    const { ask, clock, deadline, open, flights, traits, health } = run;
    const now = clock.now();
    if (now < opensAt(health, now, deadline.at))
        return;
    const { longPoll } = traits;
    const free = Math.min(LANES - flights.size, mostAtOnce(health, now, deadline.at));
    const inTrouble = health.faults > 0;
    const lists = usesLists(run);
    const situation = { now, deadline: deadline.at, free, longPoll, lists, inTrouble, open: open.size };
    for (const question of plan(idle(run), situation)) {
        run.health = afterStart(run.health, momentOf(run));
        const abort = new AbortController();
        flights.set(question, { askedAt: now, abort });
        for (const reference of question.references)
            countRequest(run, reference);
        ask(question, abort.signal)
            .then(reply => {
            if (open.size > 0)
                land(run, question, reply, now);
        })
            .catch(error => {
            run.defect = error ?? new Error('the request failed without a reason');
        })
            .finally(() => {
            flights.delete(question);
            deadline.wake();
        });
    }
}
/** In trouble, no list is asked for where the last one was unfit: one job shows as well whether the server answers again. */
function usesLists({ traits, health }) {
    return hasLists(traits) && (health.faults === 0 || traits.unfitLists === 0);
}
function countRequest({ open }, reference) {
    const watch = open.get(reference);
    open.set(reference, { ...watch, requests: watch.requests + 1 });
}
/** The open jobs that no request is under way about. */
function idle({ open, flights }) {
    const busy = new Set([...flights.keys()].flatMap(question => question.references));
    return [...open.values()].filter(({ about }) => !busy.has(about));
}
/** Sleeps until a job is due, an answer comes, or the deadline strikes. */
async function nextEvent(run) {
    const { clock, deadline, flights, health } = run;
    const due = flights.size < LANES ? idle(run).map(watch => dueBy(watch, deadline.at)) : [];
    await deadline.sleepUntil(Math.max(Math.min(...due), opensAt(health, clock.now(), deadline.at)));
}
/** The ending of a job that is still open at the end of the overtime: a request that is still in progress has no answer. */
function expireUnanswered({ flights, clock }, watch) {
    const { errors, about } = watch;
    const flight = [...flights].find(([{ references }]) => references.includes(about));
    if (flight === undefined || errors.last.what !== '')
        return expire(watch);
    const [{ hold }, { askedAt }] = flight;
    const owed = clock.now() - askedAt - (hold?.seconds ?? 0) * 1_000;
    const last = because(`the server did not answer within ${formatDuration(owed)}`);
    return expire({ ...watch, errors: { ...errors, last } });
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
;// CONCATENATED MODULE: ./lib/jobs/json.js
/** The value as an object, or null for everything else (null, lists, scalars). */
function asObject(value) {
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
}
/** The value's members that are objects; empty for anything but a list. */
function asObjects(value) {
    return Array.isArray(value) ? value.map(asObject).filter(member => member !== null) : [];
}
/** Text unchanged, a number in digits (servers send codes and keys as either), else ''. */
function asText(value) {
    if (typeof value === 'string')
        return value.trim();
    return Number.isFinite(value) ? String(value) : '';
}
/** A state or status as one lower-case word: `Partial Failures` and `PARTIAL_FAILURES` are both `partial_failures`. */
function asWord(value) {
    return asText(value)
        .toLowerCase()
        .replace(/[\s_-]+/g, '_');
}
/** Whether an `error` member says anything: null, an empty one and code 0 do not. */
function saysError(error) {
    const { message, code } = asObject(error) ?? {};
    return asText(error) !== '' || asText(message) !== '' || !['', '0'].includes(asText(code));
}
/** A count, or 0 for anything else. */
function asCount(value) {
    const count = Number(asText(value) || 0);
    return Number.isFinite(count) ? Math.max(Math.floor(count), 0) : 0;
}
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;
/** An ISO 8601 time with an offset, in epoch ms; null for anything else (a time without a zone could be any). */
function asInstant(value) {
    const text = asText(value);
    if (!ISO_8601.test(text))
        return null;
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? null : instant;
}
/** Whether a value is a time in any form: ISO 8601, perhaps without a zone, or a number. Words such as `never` are none. */
function isTime(value) {
    return /^\d{4}/.test(asText(value));
}
/** The JSON value of a text, which may begin with a byte order mark; undefined for what is no JSON. */
function parseJson(text) {
    try {
        return JSON.parse(text.replace(/^\uFEFF/, ''));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/text/plain-text.js

/** How much of a server's text is looked at for each character that is kept: cleaning 10 MB would take seconds. */
const LOOKED_AT = 20;
const LONGEST_INPUT = 100_000;
/**
 * A server's text as one line that is safe to print: no escape sequences, control characters, line breaks, direction
 * overrides or broken surrogates, and nothing that the runner reads as a command (`::name::` at a line's start,
 * `##[name]` anywhere). Cut to `longest` characters.
 */
function plainText(text, longest = 1_000) {
    const lookedAt = shorten(text, Math.min(LOOKED_AT * longest, LONGEST_INPUT));
    const line = (0,external_node_util_namespaceObject.stripVTControlCharacters)(lookedAt)
        .toWellFormed()
        .replace(/\p{Cf}/gu, '')
        .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
        .trim()
        .replaceAll('##[', '## [')
        .replace(/^::/, ': :');
    return shorten(line, longest);
}
/** The text, cut to `longest` characters with an ellipsis where it is longer; never inside a surrogate pair. */
function shorten(text, longest) {
    if (text.length <= longest)
        return text;
    return `${text.slice(0, Math.max(longest - 1, 0)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

;// CONCATENATED MODULE: ./lib/ask/answer.js



const REDIRECTS = [301, 302, 303, 307, 308];
/** The statuses that ask to come back later. */
const LATER = [408, 425, 429];
/** What a server with too much to do says, and what limits the rate of requests to it. */
const BUSY = [429, 503];
/** What a gateway says when the server behind it is slower than its patience. */
const GATEWAY = [502, 504];
/** What comes from a proxy rather than from the server, which speaks JSON, where it comes as HTML. */
const BY_PROXY = [502, 503, 504];
/** What came of a status request about the job with this key: only a whole, well-formed job of that key is a job. */
function classifyJob(exchange, api, key) {
    const body = classifyBody(exchange, api);
    if ('kind' in body)
        return body;
    const answer = httpAnswer(body.received);
    const absent = api.missing?.(answer, key);
    if (absent != null)
        return { kind: 'missing', page: false, what: absent, code: '' };
    const job = api.read(answer, key);
    return job === null ? fault(`the answer does not describe this job: ${excerpt(body.received)}`) : { kind: 'job', job };
}
/** The JSON object of a 200 and the whole of what was received, or what else came instead. */
function classifyBody(exchange, api) {
    if (!exchange.ok) {
        const { fatal, what, why, code = '' } = exchange.failure;
        if (why === 'denied')
            return { kind: 'denied', final: true, page: false, what, code };
        return fatal ? { kind: 'fatal', what, code: '', page: false } : { kind: 'fault', what, code: '', why };
    }
    const { status, body } = exchange;
    const complaint = complaintIn(exchange, [api]);
    const what = describe(exchange, complaint);
    const problem = { what, code: complaint?.code ?? '' };
    const page = complaint === null;
    if (status === 401)
        return { kind: 'denied', final: true, page: false, ...problem };
    if (status >= 400) {
        if (complaint?.means === 'later' || complaint?.means === 'not-taken')
            return { kind: 'fault', why: 'busy', ...problem };
        if (complaint?.means === 'denied')
            return { kind: 'denied', final: false, page, ...problem };
    }
    if (status === 202)
        return { kind: 'accepted' };
    if (status === 403)
        return { kind: 'denied', final: false, page, ...problem };
    if (status === 404 || status === 410)
        return { kind: 'missing', page, ...problem };
    if (status === 407)
        return { kind: 'fatal', page: false, ...problem, what: `a proxy requires credentials: ${what}` };
    if (REDIRECTS.includes(status)) {
        return { kind: 'fatal', page, ...problem, what: `${what}, ${redirectIn(exchange)}` };
    }
    if (status === 501)
        return { kind: 'fatal', page, ...problem };
    if (status === 505)
        return { kind: 'fatal', page: false, ...problem };
    if (LATER.includes(status) || status >= 500) {
        return { kind: 'fault', why: whyOf(status), ...problem };
    }
    if (status >= 400)
        return { kind: 'refused', ...problem };
    if (body.trim() === '')
        return fault(`${what} with an empty body`);
    if (status !== 200)
        return fault(what);
    const object = asObject(parseJson(body));
    return object === null
        ? fault(`the answer is not a JSON object: ${excerpt(exchange)}`)
        : { object, received: exchange };
}
function whyOf(status) {
    if (GATEWAY.includes(status))
        return 'cut';
    return BUSY.includes(status) ? 'busy' : 'other';
}
function fault(what) {
    return { kind: 'fault', why: 'other', what, code: '' };
}
/** What came of a request to a server that speaks one of these APIs, as one sentence. */
function describeExchange(exchange, apis) {
    return exchange.ok ? describe(exchange, complaintIn(exchange, apis)) : exchange.failure.what;
}
/** The answer as the APIs read it. */
function httpAnswer({ status, headers, body }) {
    return { status, headers, body: parseJson(body) };
}
/** The error in the form of one of these APIs, preferring one whose code has a meaning; null if there is none. */
function complaintIn(received, apis) {
    const answer = httpAnswer(received);
    const complaints = apis.flatMap(api => api.complaint(answer) ?? []);
    return complaints.find(({ means }) => means !== 'other') ?? complaints[0] ?? null;
}
/** The status and what the server said with it. */
function describe(exchange, complaint) {
    const { status, reason, body, headers } = exchange;
    const isPage = /^text\/html\b/i.test(headers['content-type'] ?? '');
    const speaker = isPage && BY_PROXY.includes(status) ? 'a proxy' : 'the server';
    const title = `${speaker} answered ${status} ${plainText(reason, 100) || (external_node_http_namespaceObject.STATUS_CODES[status] ?? '')}`.trim();
    const { message = '', code = '', target = '' } = complaint ?? {};
    const details = [code && `code ${plainText(code, 50)}`, target && `target ${plainText(target, 100)}`].filter(Boolean);
    if (message !== '')
        return `${title}: ${plainText(message, 500)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
    return status < 400 || body.trim() === '' ? title : `${title}: ${excerpt(exchange)}`;
}
/** Where a redirect leads, in words. */
function redirectIn({ headers }) {
    return `a redirect to ${plainText(headers.location ?? '', 200) || 'nowhere'}, which is not followed`;
}
/** The content type and the first 200 characters of a body that is not what was asked for. */
function excerpt({ headers, body }) {
    const type = plainText(headers['content-type'] ?? 'no content type', 100);
    return `${type}, ${JSON.stringify(plainText(body, 200))}`;
}

;// CONCATENATED MODULE: ./lib/ask/cancel.js


/** How long all requests to cancel, and the wait for what follows, may take together, in ms. */
const BUDGET = 1_500;
const RULES = { timeout: BUDGET, longPoll: 0, pollInterval: 1_000, unreachableTimeout: BUDGET };
/**
 * Asks the server to cancel the jobs whose wait ended in one of `outcomes`, and looks for a moment at what follows. The
 * endings stay what they were: they tell of the wait. Their reasons, and the jobs as last seen, tell of the cancelling.
 */
async function cancelJobs(all, outcomes, { client, ask, clock }) {
    const chosen = all.flatMap(cancellable);
    if (chosen.length === 0)
        return [...all];
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), BUDGET);
    try {
        const asked = new Map(await Promise.all(chosen.map(async (one) => [one.reference, await request(one)])));
        const references = [...asked].flatMap(([reference, { refusal }]) => (refusal === '' ? [reference] : []));
        const after = await wait(references, RULES, {
            ask,
            clock,
            random: Math.random,
            stop: limit.signal,
            observe: () => { },
            isFinal: () => false
        });
        const seen = new Map(after.map(one => [one.reference, one.ending.job]));
        return all.map(one => {
            const cancelling = asked.get(one.reference);
            return cancelling === undefined ? one : withCancelling(one, cancelling, seen.get(one.reference) ?? null);
        });
    }
    finally {
        clearTimeout(timer);
    }
    function cancellable({ reference, ending, isBeyond }) {
        const { cancel } = reference.api;
        const isChosen = 'reason' in ending && outcomes.some(outcome => outcome === ending.outcome);
        return isChosen && !isBeyond && cancel !== undefined ? [{ reference, ending, cancel }] : [];
    }
    async function request({ reference, ending, cancel }) {
        const { method, path } = cancel(reference.key);
        const exchange = await client.send({ method, path: `${reference.root}${path}`, hold: 0 }, limit.signal);
        return { ending, refusal: exchange.ok && exchange.status < 300 ? '' : describeExchange(exchange, [reference.api]) };
    }
}
function withCancelling(awaited, { ending, refusal }, seen) {
    const job = seen ?? ending.job;
    const done = job?.over
        ? `the server was asked to cancel it, and it ended as ${job.state}`
        : 'the server was asked to cancel it';
    const reason = [ending.reason, refusal === '' ? done : `the server did not cancel it: ${refusal}`];
    const seenAt = seen === null ? awaited.seenAt : awaited.elapsed;
    return { ...awaited, seenAt, ending: { ...ending, job, reason: reason.filter(Boolean).join('; ') } };
}

;// CONCATENATED MODULE: ./lib/wait/retry.js


/** Why an attempt ended that was still under way after the deadline: the reason of its signal. */
const OUT_OF_TIME = '"timeout" ran out before there was an answer';
/**
 * Attempts until there is a value, with the pauses that a wait makes after an error, and never before `Retry-After`. The
 * signal of an attempt aborts when `stop` does, and soon after the deadline.
 */
async function retry(attempt, { deadline, unreachableTimeout }, { clock, random, stop, onError }) {
    const startedAt = clock.now();
    const [overdue, finished] = [new AbortController(), new AbortController()];
    const end = deadline + OVERTIME;
    void clock.sleep(end - startedAt, finished.signal).then(() => clock.now() >= end && overdue.abort(OUT_OF_TIME));
    const signal = AbortSignal.any([stop, overdue.signal]);
    try {
        return await attemptUntil(signal);
    }
    finally {
        finished.abort();
    }
    async function attemptUntil(signal) {
        let count = 0;
        let error;
        do {
            const result = await attempt(signal);
            if ('value' in result)
                return result;
            error = signal.reason === OUT_OF_TIME ? OUT_OF_TIME : result.error;
            count += 1;
            if (stop.aborted)
                break;
            if (count === 1)
                onError(error);
            const now = clock.now();
            const givesUp = now - startedAt >= unreachableTimeout || (result.unresolved && count >= UNRESOLVED_TRIES);
            if (givesUp)
                return { gaveUp: 'unreachable', error };
            if (now >= deadline)
                return { gaveUp: 'timeout', error };
            const pause = Math.max(backoff(count, LONGEST_BACKOFF, random), result.retryAfter ?? 0);
            await clock.sleep(Math.min(pause, deadline - now), stop);
        } while (!stop.aborted);
        return { gaveUp: 'cancelled', error };
    }
}

;// CONCATENATED MODULE: ./lib/jobs/api.js
/** The form of a key in which its spellings are equal. */
function canonicalKey({ naming }, key) {
    return naming.canonical?.(key) ?? key;
}

;// CONCATENATED MODULE: ./lib/jobs/reference.js


/** The path of a job's status, encoded, without its query: `/api/cluster/jobs/<uuid>`. */
function statusPath({ api, root, key }) {
    return `${root}${api.status(key, null).replace(/\?.*/s, '')}`;
}
/** The job as the answer to a call names it, with its link: the input `response` reads the same reference from it. */
function bodyOf(reference) {
    const source = reference.reported?.source ?? {};
    return { ...source, _links: { ...asObject(source._links), self: { href: statusPath(reference) } } };
}
/** The job as the server shows it, with what the answer to the call said of what the job produces. */
function withTold(job, { reported }) {
    return reported === null ? job : { ...job, result: { ...reported.result, ...job.result } };
}
/** What two references to the same job have in common. */
function identityOf({ api, root, key }) {
    return `${root} ${canonicalKey(api, key)}`;
}

;// CONCATENATED MODULE: ./lib/jobs/found.js

/** Puts together what the parts of one input name. Of a job that is named twice, the first label counts. */
function collect(referred) {
    const faults = new Set(referred.flatMap(one => ('fault' in one ? [one.fault] : [])));
    const named = referred.flatMap(one => ('reference' in one ? [one.reference] : []));
    const references = new Map();
    for (const one of named) {
        const known = references.get(identityOf(one));
        references.set(identityOf(one), known?.label === undefined ? one : known);
    }
    const apis = [...new Set(named.map(({ api }) => api.name))];
    if (referred.length === 0)
        faults.add('contains no job');
    if (apis.length > 1)
        faults.add(`names jobs of different APIs (${apis.join(', ')}): use one step per API`);
    return { references: [...references.values()], faults: [...faults] };
}

;// CONCATENATED MODULE: ./lib/jobs/quote.js
const quote_LONGEST = 100;
/** A text in quotes, no longer than a person would read. */
function quote(text) {
    return JSON.stringify(text.length > quote_LONGEST ? `${text.slice(0, quote_LONGEST)}…` : text);
}
/** JSON in quotes. What `JSON.parse` still reads can be nested too deeply for `JSON.stringify`. */
function quoteJson(value) {
    try {
        return quote(JSON.stringify(value));
    }
    catch {
        return '{…}';
    }
}

;// CONCATENATED MODULE: ./lib/jobs/records.js


/** The JSON conventions that the APIs of one vendor share. */
/** The records of a list; null if it is not a list, reports an error, or counts more records than it contains. */
function recordsIn({ records, num_records, error }) {
    if (!Array.isArray(records) || asCount(num_records) > records.length || saysError(error))
        return null;
    return records.map(asObject);
}
/** Only the query of the server's link to the next page is used, so that it cannot lead anywhere else. */
function nextPage(body) {
    return /\?[^#\s]+/.exec(hrefOf(body, 'next'))?.[0] ?? null;
}
/** The target of a link in `_links`, or ''. */
function hrefOf(body, name) {
    return asText(asObject(asObject(body._links)?.[name])?.href);
}
/**
 * The jobs that a body names as `{"job": {…}}`, `{"jobs": […]}`, or as a job by itself. A resource can have a key and a
 * state as well: a job by itself is one whose link, or whose state, is a job's.
 */
function jobsNamed(body, keyField, link, read) {
    return jobsIn(asObject(body)).map(job => ({
        key: decodeOnce(asText(job?.[keyField])),
        href: job === null ? '' : hrefOf(job, 'self'),
        reported: job === null ? null : read(job)
    }));
    function jobsIn(object) {
        if (object === null)
            return [];
        if (Array.isArray(object.jobs) && object.jobs.length > 0)
            return object.jobs.map(asObject);
        const job = asObject(object.job);
        if (job !== null)
            return [job];
        return link.test(pathOf(hrefOf(object, 'self'))) || read(object)?.recognized === true ? [object] : [];
    }
}
/** The path of a link: its query, its fragment and the slashes at its end are left out. */
function pathOf(link) {
    return link
        .replaceAll('\\', '/')
        .replace(/[?#].*$/s, '')
        .replace(/(?<!\/)\/+$/, '');
}

;// CONCATENATED MODULE: ./lib/jobs/place.js



/** The job that is meant, or what is wrong with it: a sentence without the input's name. */
function refer({ key, api: named, under = '', reported = null, label, operation }, place) {
    if (!isSegment(key))
        return { fault: `${quote(key)} cannot be a job's key` };
    if (!under.split('/').slice(1).every(isEncodedSegment)) {
        return { fault: `${quote(under)} cannot be part of a link to a job behind a gateway` };
    }
    const underRoot = underOf(place);
    const found = named ?? (place.api === null || underRoot !== '' ? apiOfRoot(place) : undefined);
    if (place.api !== null && found !== undefined && found.name !== place.api.name) {
        return { fault: `names a job of ${found.title} (${found.name}), but "api" says ${place.api.name}` };
    }
    const api = found ?? place.api ?? place.apis.find(({ naming }) => naming.key?.unique?.test(key));
    if (api === undefined) {
        const names = place.apis.map(({ name }) => name).join(', ');
        return { fault: `${quote(key)} could be a job of any API: set "api" to one of ${names}` };
    }
    if (place.api === null && api.explicit) {
        return { fault: `names a job of ${api.title}: set "api" to ${api.name}` };
    }
    if (under !== '' && underRoot !== '' && under.toLowerCase() !== underRoot.toLowerCase()) {
        return { fault: `names a job under ${under}, but "url" ends in ${underRoot}` };
    }
    const called = underRoot === '' ? `${place.root}${under}` : place.root;
    const root = api.rootOfJobs?.(called) ?? called;
    const name = label?.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
    const reference = { api, key, root, reported, ...(name && { label: name }) };
    const { until } = place;
    if (until === undefined || operation === until.operation)
        return { reference };
    const wanted = until.operation.title;
    if (operation !== undefined)
        return { fault: `names a ${operation.title}, but "until" waits for a ${wanted}` };
    if (!api.operations?.includes(until.operation)) {
        return { fault: `names a job of ${api.title}, which starts no ${wanted}: leave out "until"` };
    }
    return { reference: { ...reference, until } };
}
/** The API that the path of the `url` input belongs to, where no other API has such paths. */
function apiOfRoot({ apis, root }) {
    return apis.find(({ naming }) => naming.root?.test(root));
}
/**
 * A link lends its API, its key, and what is between the two. Its origin and the rest of its path are never used: a body
 * that comes from elsewhere must not choose where credentials go.
 */
function linkIn(text, apis) {
    const path = pathOf(text);
    for (const api of apis) {
        const groups = api.naming.link.exec(path)?.groups;
        if (groups?.key !== undefined)
            return { api, key: decodeOnce(groups.key), under: encoded(groups.under) };
    }
    return null;
}
/** The resource that a link names, if it shows how an operation ends; in the state that is waited for. */
function resourceIn(text, { apis, until }) {
    for (const operation of apis.flatMap(({ operations = [] }) => operations)) {
        const target = operation === until?.operation ? until.target : null;
        const link = linkIn(text, [operation.resource(target, null)]);
        if (link !== null)
            return { ...link, operation };
    }
    return null;
}
/** What the path of the `url` input has that the link to a job could have, too; '' for nothing. */
function underOf({ apis, root }) {
    return encoded(apis.map(({ naming }) => naming.root?.exec(root)?.groups?.under).find(Boolean));
}
/**
 * Splits the path of a call into what comes between the API's root and the resource, as in the link to a job (a gateway; ''
 * for nothing), and the rest, without the query.
 */
function splitCall(path, { apis, root }) {
    const [, ...segments] = path.slice(root.length).replace(/\?.*/s, '').split('/');
    for (let count = 1; count < segments.length; count += 1) {
        const under = underOf({ apis, root: `${root}/${segments.slice(0, count).join('/')}` });
        if (under !== '')
            return { under, rest: `/${segments.slice(count).join('/')}` };
    }
    return { under: '', rest: `/${segments.join('/')}` };
}
/** A path whose segments are encoded in one and the same way. */
function encoded(path = '') {
    return path
        .split('/')
        .map(segment => encodeSegment(decodeOnce(segment).toWellFormed()))
        .join('/');
}
function isEncodedSegment(text) {
    return isSegment(decodeOnce(text));
}

;// CONCATENATED MODULE: ./lib/jobs/accepted.js






/** The jobs that the answer to an accepted call names. */
function fromAnswer(answer, place) {
    return collect(referAll(answer, place));
}
/** Whether an answer names a job, or has the form of one that does. */
function namesJob(answer, place) {
    return mentionsIn(answer, place).length > 0;
}
/** What failed, according to a body that reports what a call has done, as a job that ended so; null where nothing did. */
function failedIn(body, apis) {
    const said = apis.map(api => api.details?.merge(done, body) ?? done).filter(job => job !== 'incomplete');
    return said.find(({ verdict }) => verdict !== 'NORMAL') ?? failedBeside(body, apis);
}
const done = { ...UNKNOWN_JOB, over: true, verdict: 'NORMAL' };
/** The error that a body reports in addition to jobs; a job by itself has its own. */
function failedBeside(body, apis) {
    const answer = { status: 202, headers: {}, body };
    const named = apis.flatMap(({ naming }) => naming.accepted(answer));
    if (!saysError(body.error) || named.length === 0 || named.some(({ reported }) => reported?.source === body))
        return null;
    const { message = '', code = '' } = apis.map(api => api.complaint(answer)).find(error => error !== null) ?? {};
    return {
        ...done,
        verdict: 'PARTIAL_FAILURES',
        message: message || asText(body.error) || quoteJson(body.error),
        errorCode: code
    };
}
/** Each job that an answer names, or what is wrong with the answer. `label`: what a person calls them. */
function referAll(answer, place, label) {
    const mentions = mentionsIn(answer, place);
    if (mentions.some(({ key }) => key !== ''))
        return mentions.map(mention => refer({ ...mention, label }, place));
    const message = place.apis.map(api => api.complaint(answer)?.message).find(Boolean);
    if (message !== undefined)
        return [{ fault: `is an error, not a job: the server said ${quote(message)}` }];
    const how = place.api?.naming.hint ?? 'a 202 answer has {"job": {…}} or {"jobs": […]}';
    const fault = `contains no job: ${how}, but this is ${quoteJson(answer.body)}`;
    return [{ fault }];
}
/**
 * The jobs as the API has them whose link one of them has, else as the API that the inputs name, else as the first one that
 * finds a key.
 */
function mentionsIn(answer, { apis, api: given }) {
    const readings = apis.map(api => {
        const named = namedIn(api, answer).map(({ key, href, reported }) => {
            const link = linkIn(href, apis);
            return { key, reported, link: link?.api === api ? link : null };
        });
        return { api, named };
    });
    const reading = readings.find(({ named }) => named.some(({ link }) => link !== null)) ??
        readings.find(({ api, named }) => api === given && named.some(({ key }) => key !== '')) ??
        readings.find(({ named }) => named.some(({ key }) => key !== '')) ??
        readings.find(({ named }) => named.length > 0);
    if (reading === undefined)
        return [];
    const { api, named } = reading;
    return named.map(({ key, reported, link }) => ({
        api,
        reported,
        under: link?.under ?? '',
        key: key || (link?.key ?? '')
    }));
}
/** The jobs as the API names them; else the one to which the body's own link leads, as in the output `job` of an earlier step. */
function namedIn({ naming }, answer) {
    const named = naming.accepted(answer);
    const href = hrefOf(asObject(answer.body) ?? {}, 'self');
    return named.length === 0 && naming.link.test(pathOf(href)) ? [{ key: '', href, reported: null }] : named;
}

;// CONCATENATED MODULE: ./lib/jobs/call.js


/** Two slashes in a row, or one at the end of the path: what an expression without a value leaves behind. */
const EMPTY_PART = /^[^?]*\/(\/|\?|$)/;
/** `POST /storage-provider/luns` as method and path under the API's root, or what is wrong with it: a sentence. */
function parseCall(text, place) {
    const shown = JSON.stringify(text.replace(/\?.*/s, '?…').slice(0, 200));
    const match = /^(POST|PATCH|PUT|DELETE)\s+(\/[^\s#\\]*)$/.exec(text);
    if (match === null) {
        return `${shown} is not a valid call: write the method and the path under the API's root, such as POST /storage-provider/luns`;
    }
    const [, method, path = ''] = match;
    const under = path.startsWith(`${place.root}/`) ? path.slice(place.root.length) : path;
    if (leadsBack(under) || under.startsWith('//'))
        return `${shown} has a path outside the API`;
    if (EMPTY_PART.test(under))
        return `${shown} has an empty part in its path: is a variable in it not set?`;
    return { method: method, path: `${place.root}${under}` };
}
/** The API that a call belongs to, as far as the inputs tell. */
function apiOfCall({ path }, place) {
    const under = path.slice(place.root.length);
    return place.api ?? apiOfRoot(place) ?? place.apis.find(({ naming }) => naming.calls?.test(under));
}

;// CONCATENATED MODULE: ./lib/time/retry-after.js
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
/** What separates several values: any comma but the one within a date. */
const SEPARATOR = /,(?! \d\d[ -][A-Z])/;
/**
 * `Retry-After` in ms from now (RFC 9110, section 10.2.3): whole seconds, or an HTTP date with its zone, taken against
 * `serverNow` (epoch ms; the response's own `Date`). Of several values the largest counts; a past date is 0. null where
 * there is no such value: anything else is ignored (`Date.parse('-1')` is a day in 2001).
 */
function parseRetryAfter(header, serverNow) {
    const delays = (header ?? '')
        .split(SEPARATOR)
        .map(value => delayOf(value.trim(), serverNow))
        .filter(delay => delay !== null);
    return delays.length === 0 ? null : Math.max(...delays);
}
/** A `Date` header in epoch ms; null for anything but an HTTP date. */
function parseHttpDate(header = '') {
    const instant = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
    return Number.isNaN(instant) ? null : instant;
}
function delayOf(value, serverNow) {
    if (/^\d+$/.test(value))
        return Number(value) * 1_000;
    const instant = parseHttpDate(value);
    return instant === null ? null : Math.max(0, instant - serverNow);
}

;// CONCATENATED MODULE: ./lib/ask/pages.js


/** How many pages of one answer are read: 20 lists of 1,000. */
const MOST_PAGES = 20;
/** Reads one page after the other, from `path` on, for as long as `take` wants more. */
async function readPages(client, wall, api, path, signal, take) {
    const asked = new Set();
    let next = path;
    let times = { retryAfter: null, serverNow: null };
    while (next !== null && !asked.has(next) && asked.size < MOST_PAGES) {
        asked.add(next);
        const exchange = await client.send({ method: 'GET', path: next, hold: 0 }, signal);
        const { retryAfter, serverNow } = timing(exchange, wall);
        times = { retryAfter: longer(times.retryAfter, retryAfter), serverNow };
        const body = classifyBody(exchange, api);
        if ('kind' in body)
            return { failure: body, more: true, ...times };
        const query = take(body.object) ? (api.nextPage?.(body.object) ?? null) : null;
        next = query === null ? null : `${path.replace(/\?.*/, '')}${query}`;
    }
    return { failure: null, more: next !== null, ...times };
}
/** The longer of two pauses, where there is one. */
function longer(one, other) {
    return one === null ? other : Math.max(one, other ?? 0);
}
/** What an answer's headers say of time; `wall` (epoch ms) replaces a missing `Date`. */
function timing(exchange, wall) {
    if (!exchange.ok)
        return { retryAfter: null, serverNow: null };
    const serverNow = parseHttpDate(exchange.headers.date);
    return { retryAfter: parseRetryAfter(exchange.headers['retry-after'], serverNow ?? wall()), serverNow };
}
/** Whether what came instead of a page says nothing of the jobs: any request would have met it. */
function isPassing({ kind }) {
    return kind === 'fault' || kind === 'fatal';
}

;// CONCATENATED MODULE: ./lib/ask/call.js










/**
 * Makes the call. It changes something, so it is sent once: again only where it cannot have reached the server, or where
 * the server says that it did not execute it.
 */
async function makeCall(call, place, limits, options) {
    const { client, clock, stop } = options;
    const calledAt = clock.now();
    const api = apiOfCall(call, place);
    const apis = api === undefined ? place.apis : [api];
    const outcome = await retry(attempt, limits, options);
    if ('gaveUp' in outcome) {
        return { kind: outcome.gaveUp, status: null, reason: `the call was not executed: ${outcome.error}`, errorCode: '' };
    }
    return outcome.value;
    async function attempt(signal) {
        const exchange = await client.send(call, signal);
        const isLate = !exchange.ok && signal.reason === OUT_OF_TIME;
        const reason = isLate ? OUT_OF_TIME : describeExchange(exchange, apis);
        const complaint = exchange.ok ? complaintIn(exchange, apis) : null;
        if (isNotTaken(exchange, complaint)) {
            const unresolved = !exchange.ok && exchange.failure.why === 'unresolved';
            return { error: reason, unresolved, retryAfter: timing(exchange, clock.wall).retryAfter };
        }
        if (exchange.ok && (exchange.status < 500 || complaint?.means === 'unapproved')) {
            const called = readAnswer(exchange, call, place, apis);
            return { value: awaitOperation(called, exchange, call, place, sinceCall(exchange)) };
        }
        const status = exchange.ok ? exchange.status : null;
        const errorCode = (exchange.ok ? complaint?.code : exchange.failure.code) ?? '';
        if (!exchange.ok && !exchange.failure.sent) {
            const kind = exchange.failure.why === 'denied' ? 'unauthorized' : 'unreachable';
            return { value: { kind, status, reason: `the call was not sent: ${reason}`, errorCode } };
        }
        const doubt = `${reason}. The server may have executed the call`;
        if (stop.aborted)
            return { value: { kind: 'cancelled', status, reason: doubt, errorCode } };
        return { value: { kind: 'unreachable', status, reason: `${doubt}. ${await candidates(signal)}`, errorCode } };
    }
    /** The time of the call on the server's clock, in epoch ms, as an answer to a later request shows it. */
    function sinceCall(exchange) {
        const { serverNow } = timing(exchange, clock.wall);
        return (serverNow ?? clock.wall()) - (clock.now() - calledAt) - call_CLOCK_GRAIN;
    }
    async function candidates(signal) {
        const list = api?.list;
        if (api === undefined || list?.search === undefined || clock.now() >= limits.deadline)
            return CHECK_FIRST;
        const path = `${place.root}${splitCall(call.path, place).under}${list.search.newest}`;
        const exchange = await client.send({ method: 'GET', path, hold: 0 }, signal);
        const body = classifyBody(exchange, api);
        const since = sinceCall(exchange);
        const jobs = 'kind' in body ? [] : (list.jobs(body.object) ?? []);
        const recent = jobs.filter(job => job !== null).filter(job => job.startedAt !== null && job.startedAt >= since);
        if (recent.length === 0)
            return `No job from that time was found at ${path}: check there before you repeat the call.`;
        return `Jobs from that time, one of which may be it: ${recent.map(candidate).join(', ')}.`;
    }
}
const CHECK_FIRST = 'Check the server before you repeat the call.';
/** How much a server's times may be off by rounding, in ms. */
const call_CLOCK_GRAIN = 2_000;
function candidate({ key, name, state }) {
    const about = [name, state].filter(Boolean).join(', ');
    return about === '' ? key : `${key} (${about})`;
}
/** Whether the call can be made again: it did not reach the server, or the server says that it did not take it. */
function isNotTaken(exchange, complaint) {
    if (!exchange.ok)
        return !exchange.failure.sent && !exchange.failure.fatal;
    return exchange.status === 429 || complaint?.means === 'not-taken';
}
function readAnswer(received, call, place, apis) {
    const { status } = received;
    const answer = httpAnswer(received);
    const reason = describeExchange(received, apis);
    const { code: errorCode = '', message = '', means = 'other' } = complaintIn(received, apis) ?? {};
    const { references: named, faults } = fromAnswer(answer, place);
    const isError = status >= 300 || (message !== '' && named.length === 0);
    if (isError && means !== 'unapproved' && (status === 401 || status === 403 || means === 'denied')) {
        return { kind: 'unauthorized', status, reason: `${reason}. Nothing was started`, errorCode };
    }
    if (isError)
        return { kind: 'refused', status, reason, errorCode };
    const object = asObject(answer.body);
    const isDone = status !== 202 && !namesJob(answer, place);
    if (isDone && saysError(object?.error)) {
        return { kind: 'refused', status, reason: `${reason}, with the error ${quoteJson(answer.body)}`, errorCode };
    }
    if (isDone && object !== null)
        return { kind: 'done', status, result: object, failed: failedIn(object, apis) };
    if (isDone && received.body.trim() === '' && (status === 201 || status === 204)) {
        return { kind: 'done', status, result: {}, failed: null };
    }
    if (faults.length > 0) {
        const { location } = received.headers;
        const where = location === undefined ? '' : ` (its "Location" is ${plainText(location, 300)})`;
        const body = answer.body === undefined ? noJsonIn(received) : faults.join('; ');
        const unclear = `${reason}${where}, and the body ${body}. ${CHECK_FIRST}`;
        return { kind: 'unrecognized', status, reason: unclear, errorCode };
    }
    const references = named.map(reference => asCalled(reference, call, place, status));
    const [first] = references;
    const incomplete = object !== null && first?.api.nextPage?.(object) != null;
    const failed = object === null ? null : failedIn(object, apis);
    return { kind: 'accepted', status, references, incomplete, failed };
}
/** What is wrong with a body that is no JSON. An empty one with 200 does not say that the call is done: anything could have sent it. */
function noJsonIn(received) {
    return received.body.trim() === '' ? 'is empty' : `is not JSON: ${excerpt(received)}`;
}
/** With `until`: what came of the call, as far as the operation is concerned that it started. `since` in epoch ms. */
function awaitOperation(called, received, call, place, since) {
    const { until } = place;
    if (until === undefined)
        return called;
    const { operation, target } = until;
    const { under, rest } = splitCall(call.path, place);
    const key = operation.keyIn(rest);
    if (called.kind === 'accepted') {
        const references = called.references.map(reference => ({ ...reference, until: { ...until, key, since } }));
        return { ...called, references };
    }
    if (called.kind !== 'done' || called.failed !== null)
        return called;
    const found = key ?? operation.keyInAnswer(httpAnswer(received));
    const { status } = called;
    if (found === null) {
        const reason = `the call was done at once, but nothing in it or its answer names the resource of a ${operation.title}. To wait for that, give the link to the resource as "job-key"`;
        return { kind: 'unrecognized', status, reason, errorCode: '' };
    }
    const resource = { api: operation.resource(target, since), key: found, root: `${place.root}${under}`, reported: null };
    return { kind: 'accepted', status, references: [resource], incomplete: false, failed: null };
}
/**
 * A job that the answer to a call names: behind the gateway that the call went through, unless its link names one, and with
 * the link to its details that such a call has.
 */
function asCalled(reference, call, place, status) {
    const { api, key } = reference;
    const { under, rest } = splitCall(call.path, place);
    const isBehind = reference.root === place.root && api.naming.root?.test(`${place.root}${under}`);
    const root = isBehind ? `${place.root}${under}` : reference.root;
    const body = parseJson(call.body ?? '');
    const reported = reference.reported && (api.details?.link?.(reference.reported, { path: rest, body }) ?? reference.reported);
    const done = status === 202 ? null : doneBy(api, key, reported);
    return { ...reference, root, reported, ...(done === null ? {} : { done }) };
}
/**
 * The job of a call that was done at once, as the server says; null if that is not enough: the API does not wait for a call
 * before it answers, the answer shows a job without a verdict, or some of the call's records may have failed.
 */
function doneBy(api, key, reported) {
    const verdict = reported === null || reported.state === '' ? 'NORMAL' : reported.verdict;
    if (verdict === null || api.returnTimeout === undefined)
        return null;
    const done = { ...(reported ?? UNKNOWN_JOB), key, over: true, verdict };
    return api.details?.ask(done, reported)?.promised ? null : done;
}

;// CONCATENATED MODULE: ./lib/ask/list.js


/** Asks for the jobs that match the filter, and picks those that have not finished. */
async function listPending(client, wall, { api, list, path, isKnown }, signal) {
    const jobs = [];
    let isList = true;
    const { failure, more, retryAfter } = await readPages(client, wall, api, path, signal, page => {
        const listed = list.jobs(page);
        if (listed === null)
            isList = false;
        else
            for (const job of listed)
                jobs.push(job);
        return isList;
    });
    const page = failure !== null && isKnown ? pageIn(failure) : null;
    if (page !== null)
        return { error: page.what, unresolved: false, retryAfter };
    switch (failure?.kind) {
        case undefined:
            break;
        case 'fault':
            return { error: failure.what, unresolved: failure.why === 'unresolved', retryAfter };
        case 'denied':
            return { value: { kind: 'unauthorized', reason: failure.what, errorCode: failure.code } };
        case 'fatal':
            return { value: { kind: 'unreachable', reason: failure.what, errorCode: failure.code } };
        case 'refused':
        case 'missing':
            return { value: { kind: 'refused', reason: failure.what, errorCode: failure.code } };
        default:
            return { error: 'the answer is not a list of jobs', unresolved: false, retryAfter };
    }
    if (!isList || jobs.includes(null))
        return { error: 'the answer is not a list of jobs', unresolved: false, retryAfter };
    if (more) {
        const reason = `more than ${MOST_PAGES} pages of jobs match, or the pages repeat: narrow the filter`;
        return { value: { kind: 'unrecognized', reason, errorCode: '' } };
    }
    const pending = jobs.filter(job => job !== null && !job.over);
    return { value: { kind: 'pending', jobs: pending } };
}

;// CONCATENATED MODULE: ./lib/ask/find-jobs.js



/** Finds the jobs of a source, batch by batch: the next batch is looked for once the caller is done with the last one. */
async function* findJobs(source, options) {
    switch (source.kind) {
        case 'jobs':
            yield { references: source.references, status: null };
            if (source.failed !== undefined) {
                yield { apart: failedInPart('The call', source.failed, source.failed.result), status: null };
            }
            break;
        case 'call':
            yield* call(source, options);
            break;
        case 'query':
            yield* query(source, options);
    }
}
async function* call({ call, place }, options) {
    const { limits, log } = options;
    const what = `${call.method} ${call.path.replace(/\?.*/, '')}`;
    log.info(`Calling ${what}`);
    const onError = logError(options, 'the call was not executed, repeating it');
    const called = await makeCall(call, place, limits, { ...options, onError });
    const { status } = called;
    switch (called.kind) {
        case 'accepted':
            if (called.incomplete) {
                log.warning(`${what}: the answer has a "next" link: part of the work remains, which the same call continues`);
            }
            yield { references: called.references, status };
            if (called.failed !== null)
                yield { apart: failedInPart(what, called.failed, called.failed.result), status };
            break;
        case 'done': {
            const { result, failed } = called;
            const success = {
                outcome: 'success',
                message: `The server completed ${what} at once`,
                errorCode: '',
                result
            };
            yield { apart: failed === null ? success : failedInPart(what, failed, result), status };
            break;
        }
        default: {
            const { kind: outcome, reason, errorCode } = called;
            yield { apart: { outcome, message: `${what}: ${reason}`, errorCode, result: {} }, status };
        }
    }
}
function failedInPart(what, { message, errorCode }, result) {
    return { outcome: 'partial-failures', message: `${what}: ${message}`, errorCode, result };
}
function logError({ log }, next) {
    return error => log.info(`No usable answer: ${error}; ${next}`);
}
/** The least time between two looks at the list, in ms: a list that contradicts the jobs must not be asked in a hot loop. */
const LEAST_BETWEEN_LOOKS = 1_000;
/** A gate: all that is pending, and again, until nothing is. */
async function* query(source, options) {
    const { client, clock, stop, limits } = options;
    const { api, root } = source;
    const onError = logError(options, 'retrying');
    for (let looks = 0;; looks += 1) {
        const askedAt = clock.now();
        const wanted = { ...source, isKnown: looks > 0 };
        const looked = await retry(signal => listPending(client, clock.wall, wanted, signal), limits, {
            ...options,
            onError
        });
        if ('gaveUp' in looked)
            return yield find_jobs_closed(looked.gaveUp, looked.error);
        const listed = looked.value;
        if (listed.kind !== 'pending')
            return yield find_jobs_closed(listed.kind === 'refused' ? 'invalid-input' : listed.kind, listed.reason, listed.errorCode);
        const { jobs } = listed;
        if (jobs.length === 0 && looks === 0)
            return yield NOTHING_PENDING;
        if (jobs.length === 0)
            return;
        if (askedAt >= limits.deadline)
            return yield find_jobs_closed('timeout', `${jobs.length} job(s) are still pending`);
        yield { references: jobs.map(({ key }) => ({ api, key, root, reported: null })), status: null };
        await clock.sleep(askedAt + LEAST_BETWEEN_LOOKS - clock.now(), stop);
    }
}
const NOTHING_PENDING = {
    apart: { outcome: 'success', message: 'No job that matches "job-query" is pending', errorCode: '', result: {} },
    status: null
};
function find_jobs_closed(outcome, reason, errorCode = '') {
    return { apart: { outcome, message: `job-query: ${reason}`, errorCode, result: {} }, status: null };
}

;// CONCATENATED MODULE: ./lib/ask/leave.js



/**
 * A job that is not awaited: the server has done the call already, or has accepted it, unless its answer says that the job
 * did not succeed. `elapsed` is ms from the start of the step. The job is shown as a later step needs it, with its links.
 */
function leave(reference, elapsed) {
    const { key, reported } = reference;
    const isFailed = reported?.over && reported.verdict !== 'NORMAL';
    const ended = reference.done ?? (isFailed ? reported : undefined);
    const job = { ...(ended ?? reported ?? UNKNOWN_JOB), key, source: bodyOf(reference) };
    const ending = ended === undefined ? { outcome: 'accepted', job, reason: '', errorCode: '' } : endingOf(job);
    return { reference, ending, elapsed, requests: 0, seenAt: null };
}

;// CONCATENATED MODULE: ./lib/text/fitting.js
/** As many of the items, put into words one by one, as fit into `room` together with one separator of `size` 1 or 2 each. */
function fitting(items, render, room, sizeOf = Buffer.byteLength) {
    const kept = [];
    let free = room;
    for (const [index, item] of items.entries()) {
        const text = render(item);
        free -= sizeOf(text) + sizeOf('\n');
        if (free < 0)
            return { kept, left: items.length - index };
        kept.push(text);
    }
    return { kept, left: 0 };
}

;// CONCATENATED MODULE: ./lib/text/bounded-json.js


const WHOLE = { text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY };
/** Tried in turn until the whole fits. */
const MEASURES = [
    WHOLE,
    { text: 4_000, list: Number.POSITIVE_INFINITY },
    { text: 500, list: Number.POSITIVE_INFINITY },
    { text: 100, list: 1_000 },
    { text: 40, list: 20 }
];
/** What is nested more deeply is left out: `JSON.stringify` runs out of stack on what `JSON.parse` still reads. */
const DEEPEST = 100;
/** What GitHub counts of an output: it says "UTF-16"; where UTF-8 is longer, that counts here. In bytes. */
function sizeOf(text) {
    return Math.max(2 * text.length, Buffer.byteLength(text));
}
/** The object as valid JSON of at most `longest` bytes: its texts and lists are shortened until it fits; else `{}`. */
function boundedJson(value, longest) {
    for (const measure of MEASURES) {
        const bounded = stringify(value, measure);
        if (sizeOf(bounded.json) <= longest)
            return bounded;
    }
    return { json: '{}', cut: true };
}
/**
 * A JSON array that keeps every entry as long as it can: `forms` are the ways to put an entry, from the longest to the
 * shortest, and the first in which all entries fit into `longest` bytes is taken. If none is short enough, the entries that
 * fit in the last form are kept.
 */
function boundedList(entries, forms, longest) {
    let list = { json: '[]', cut: entries.length > 0 };
    for (const [index, form] of forms.entries()) {
        let cut = index > 0;
        const render = (entry) => {
            const part = stringify(form(entry), WHOLE);
            cut ||= part.cut;
            return part.json;
        };
        const { kept, left } = fitting(entries, render, longest - sizeOf('[]'), sizeOf);
        list = { json: `[${kept.join(',')}]`, cut: cut || left > 0 };
        if (left === 0)
            break;
    }
    return list;
}
function stringify(value, measure) {
    let cut = false;
    return { json: JSON.stringify(prune(value, 0)), cut };
    function prune(member, depth) {
        if (typeof member === 'string')
            return short(member);
        if (typeof member !== 'object' || member === null)
            return member;
        if (depth === DEEPEST)
            return leftOut('…');
        if (Array.isArray(member))
            return few(member).map(one => prune(one, depth + 1));
        return Object.fromEntries(few(Object.entries(member)).map(([name, one]) => [short(name), prune(one, depth + 1)]));
    }
    function short(text) {
        return text.length <= measure.text ? text : leftOut(shorten(text, measure.text));
    }
    function few(list) {
        return list.length <= measure.list ? list : leftOut(list.slice(0, measure.list));
    }
    function leftOut(rest) {
        cut = true;
        return rest;
    }
}

;// CONCATENATED MODULE: ./lib/ask/details.js



const NO_LINK = fatal("the link to the details of the job's end points outside the API: check them on the server");
/** Asks for what a job's end has beyond the job itself, such as the records of a bulk call. */
async function askDetails(read, { api, root, reported }, job, signal) {
    const asked = api.details?.ask(job, reported);
    if (asked?.path == null)
        return { answers: [NO_LINK], retryAfter: null, serverNow: null, filtered: true };
    const pages = [];
    const { failure, more, ...times } = await read(api, `${root}${asked.path}`, signal, page => {
        pages.push(page);
        return true;
    });
    const answer = failure === null ? detailsIn(api, job, pages, more, asked) : insteadOf(failure, pages, asked);
    return { answers: [answer], ...times, filtered: true };
}
function detailsIn(api, job, pages, more, { promised }) {
    if (more)
        return fatal(`the details of the job's end have more than ${MOST_PAGES} pages, or pages that repeat`);
    const body = joinPages(pages);
    const detailed = api.details?.merge(job, body) ?? null;
    if (detailed === null && !promised)
        return { kind: 'details', job };
    if (detailed !== null && detailed !== 'incomplete')
        return { kind: 'details', job: detailed };
    const [amount, why] = detailed === null ? ['no', 'other'] : ['only some of the', 'incomplete'];
    const shown = plainText(boundedJson(body, 1_000).json, 200);
    return { kind: 'fault', what: `the answer contains ${amount} details of the job's end: ${shown}`, why, code: '' };
}
/** What came instead of a page. That a further one is refused does not mean that there are none. */
function insteadOf(failure, pages, { promised }) {
    const isRefusal = failure.kind === 'missing' || failure.kind === 'refused' || failure.kind === 'denied';
    return isRefusal && !promised && pages.length > 0 ? { ...failure, kind: 'fault', why: 'incomplete' } : failure;
}
/** The pages' lists, each under its name as one, and their counts added up; whatever else the first page says. */
function joinPages(pages) {
    const names = new Set(pages.flatMap(Object.keys));
    return Object.fromEntries([...names].map(name => {
        const parts = pages.map(page => page[name]).filter(part => part !== undefined);
        if (parts.some(Array.isArray))
            return [name, parts.flat()];
        return [name, parts.every(Number.isFinite) ? parts.map(Number).reduce((sum, part) => sum + part) : parts[0]];
    }));
}
function fatal(what) {
    return { kind: 'fatal', page: false, what, code: '' };
}

;// CONCATENATED MODULE: ./lib/ask/together.js



const UNLISTED = { kind: 'unlisted', isEmpty: false, page: null };
/** Asks about several jobs of one API in one list. */
async function askTogether(read, list, references, signal) {
    const [{ api, root }] = references;
    const wanted = new Set(references.map(({ key }) => canonicalKey(api, key)));
    /** null for a job that was listed twice: which of the two it is like is not known. */
    const found = new Map();
    let filtered = true;
    const path = `${root}${list.of(references.map(({ key }) => key))}`;
    const { failure, ...times } = await read(api, path, signal, page => {
        const known = found.size;
        const jobs = list.jobs(page);
        if (jobs === null)
            filtered = false;
        for (const job of jobs ?? []) {
            const key = canonicalKey(api, job?.key ?? '');
            const isNew = job !== null && wanted.has(key) && !found.has(key);
            if (isNew)
                found.set(key, job);
            else
                filtered = false;
            if (!isNew && found.has(key))
                found.set(key, null);
        }
        return filtered && found.size > known && found.size < wanted.size;
    });
    const isEmpty = filtered && found.size === 0;
    const otherwise = failure === null ? { ...UNLISTED, isEmpty } : withoutList(failure);
    const answers = references.map((reference) => {
        const record = found.get(canonicalKey(api, reference.key))?.source;
        const job = record && reference.api.read({ status: 200, headers: {}, body: record }, reference.key);
        return job == null ? otherwise : { kind: 'job', job: withTold(job, reference) };
    });
    return { answers, ...times, filtered: failure === null ? filtered : isPassing(failure) };
}
/** What came instead of a list says of one job: a problem that any request would meet counts, all others do not. */
function withoutList(answer) {
    if (isPassing(answer) || (answer.kind === 'denied' && answer.final))
        return answer;
    const isPage = (answer.kind === 'missing' || answer.kind === 'denied') && answer.page;
    return isPage ? { ...UNLISTED, page: answer } : UNLISTED;
}

;// CONCATENATED MODULE: ./lib/ask/states.js





/** Asks the jobs endpoint over HTTP; `wall` is the wall clock (epoch ms) for answers without a `Date`. */
function createAsk(client, wall) {
    const read = (api, path, signal, take) => readPages(client, wall, api, path, signal, take);
    return async ({ references, hold, settling }, signal) => {
        const [first, ...others] = references;
        if (first === undefined)
            return { answers: [], retryAfter: null, serverNow: null, filtered: true };
        if (settling !== null)
            return askDetails(read, first, settling, signal);
        const { list } = first.api;
        if (others.length === 0 || list === undefined)
            return askOne(first, hold, signal);
        return askTogether(read, list, [first, ...others], signal);
    };
    async function askOne(reference, hold, signal) {
        const { api, key, root } = reference;
        const path = `${root}${api.status(key, hold)}`;
        const exchange = await client.send({ method: 'GET', path, hold: (hold?.seconds ?? 0) * 1_000 }, signal);
        const answer = classifyJob(exchange, api, key);
        const answers = [answer.kind === 'job' ? { ...answer, job: withTold(answer.job, reference) } : answer];
        return { answers, ...timing(exchange, wall), filtered: true };
    }
}

;// CONCATENATED MODULE: ./lib/http/credentials.js
/** The value of the `Authorization` header. */
function authorizationOf(credentials) {
    return 'token' in credentials ? `Bearer ${credentials.token}` : `Basic ${basicPair(credentials)}`;
}
/** What HTTP Basic sends (RFC 7617), in UTF-8. */
function basicPair({ username, password }) {
    return Buffer.from(`${username}:${password}`).toString('base64');
}

;// CONCATENATED MODULE: ./lib/http/oauth.js

/** The token server as a message names it. */
function tokenServerOf({ origin }) {
    return `the token server ${origin}`;
}
/** Who the client is, for HTTP Basic: both parts are encoded as in a form (RFC 6749, 2.3.1). */
function clientCredentials({ id, secret }) {
    return { username: formEncoded(id), password: formEncoded(secret) };
}
/** What must not be seen of a client: its id alone may. */
function clientSecrets(client) {
    const { id: username, secret: password } = client;
    return [password, basicPair({ username, password }), basicPair(clientCredentials(client))];
}
function formEncoded(text) {
    return new URLSearchParams([['', text]]).toString().slice(1);
}

;// CONCATENATED MODULE: ./lib/ask/token-endpoint.js







/**
 * Requests a token by the client-credentials grant. The client says who it is by HTTP Basic and, where that is refused, in the
 * form. Never asks before `Retry-After`. A server that has not granted a token yet is taken to be the wrong one if it answers
 * with a 4xx that is not OAuth's; later, such an answer may pass.
 */
function createTokenEndpoint(oauth, client, clock) {
    let place = 'header';
    let isKnown = false;
    let closed = null;
    return async () => {
        if (closed !== null && clock.now() < closed.until)
            return closed.grant;
        const first = await request(place);
        const second = place === 'header' && isClientRefused(first.exchange) ? await request('form') : null;
        if (second !== null && 'token' in second.grant)
            place = 'form';
        const { exchange, grant } = second === null || saysLess(second) ? first : second;
        if ('token' in grant)
            isKnown = true;
        const { retryAfter } = timing(exchange, clock.wall);
        closed = 'token' in grant ? null : { until: clock.now() + (retryAfter ?? 0), grant };
        return grant;
    };
    async function request(place) {
        const askedAt = clock.now();
        const { path } = oauth;
        const exchange = await client.send({ method: 'POST', path, hold: 0, ...formOf(oauth, place) }, NEVER);
        return { exchange, grant: readGrant(exchange, tokenServerOf(oauth), askedAt, isKnown) };
    }
}
/** The request serves all that wait for a token, so that none of them ends it: its time limit does. */
const NEVER = new AbortController().signal;
function formOf(oauth, place) {
    const { id, secret, scope, audience } = oauth;
    const form = {
        grant_type: 'client_credentials',
        ...(scope === '' ? {} : { scope }),
        ...(audience === '' ? {} : { audience }),
        ...(place === 'header' ? {} : { client_id: id, client_secret: secret })
    };
    return {
        body: new URLSearchParams(form).toString(),
        headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...(place === 'header' ? { authorization: authorizationOf(clientCredentials(oauth)) } : {})
        }
    };
}
const CHECK_CLIENT = 'check "client-id" and "client-secret"';
const ALLOW_GRANT = 'allow the client-credentials grant for this client on the token server';
/** What to do about OAuth's errors (RFC 6749, 5.2, and RFC 8707, 2). */
const ADVICE = {
    '': CHECK_CLIENT,
    invalid_client: CHECK_CLIENT,
    invalid_scope: 'set or correct "token-scope"',
    invalid_target: 'set or correct "token-audience"',
    unauthorized_client: ALLOW_GRANT,
    unsupported_grant_type: ALLOW_GRANT
};
/** Those that are not about how the client says who it is. */
const OF_THE_REQUEST = ['invalid_grant', 'invalid_scope', 'invalid_target', 'unsupported_grant_type'];
/** Those that may pass. */
const PASSING = ['temporarily_unavailable', 'server_error', 'slow_down'];
/** Whether the server may accept the same client if it says who it is in the form. */
function isClientRefused(exchange) {
    if (!exchange.ok)
        return false;
    const { error } = errorIn(exchange);
    return exchange.status === 401 || (exchange.status === 400 && ![...OF_THE_REQUEST, ...PASSING].includes(error));
}
/** Whether this is a refusal that does not say what is wrong with the client itself. */
function saysLess({ exchange, grant }) {
    const isFinal = 'failure' in grant && grant.failure.fatal;
    return isFinal && exchange.ok && exchange.status >= 400 && ['', 'invalid_request'].includes(errorIn(exchange).error);
}
/** What an answer means. Nothing of the body of a success is ever shown. */
function readGrant(exchange, server, askedAt, isKnown) {
    if (!exchange.ok)
        return { failure: exchange.failure };
    const { status, body } = exchange;
    const answered = `${server} answered ${status} ${external_node_http_namespaceObject.STATUS_CODES[status] ?? ''}`.trim();
    if (status < 300)
        return readToken(body, answered, askedAt);
    if (status < 400)
        return token_endpoint_fatal(`${answered}, ${redirectIn(exchange)}: correct "token-url"`);
    const { error, description } = errorIn(exchange);
    const what = [answered, [description, error && `(${error})`].filter(Boolean).join(' ')].filter(Boolean).join(': ');
    if (PASSING.includes(error) || LATER.includes(status) || status >= 500)
        return token_endpoint_fault(what);
    if (error === '' && status !== 401)
        return isKnown ? token_endpoint_fault(what) : token_endpoint_fatal(`${what}: check "token-url"`);
    const advice = ADVICE[error];
    const denied = { why: 'denied', code: error, fatal: true, sent: false };
    return { failure: { ...denied, what: advice === undefined ? what : `${what}: ${advice}` } };
}
function readToken(body, answered, askedAt) {
    const { access_token, token_type, expires_in } = asObject(parseJson(body)) ?? {};
    const value = asText(access_token);
    if (!/^[\x21-\x7e]+$/.test(value))
        return token_endpoint_fault(`${answered} without a token`);
    const type = asText(token_type).toLowerCase() || 'bearer';
    if (type !== 'bearer') {
        return token_endpoint_fatal(`${answered} with a token of the type ${plainText(type, 50)}, but only Bearer is supported`);
    }
    const seconds = Number(asText(expires_in) || Number.NaN);
    const life = seconds >= 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY;
    return { token: { value, askedAt, expiresAt: askedAt + life } };
}
function errorIn({ body }) {
    const { error, error_description } = asObject(parseJson(body)) ?? {};
    return { error: plainText(asText(error), 100), description: plainText(asText(error_description), 500) };
}
function token_endpoint_fault(what) {
    return { failure: { why: 'other', what, fatal: false, sent: false } };
}
function token_endpoint_fatal(what) {
    return { failure: { why: 'other', what, fatal: true, sent: false } };
}

;// CONCATENATED MODULE: ./lib/ask/tokens.js


/** So many new tokens refused in a row are no accident: the client is what is refused. */
const tokens_MOST_REFUSALS = 2;
/**
 * A client whose requests carry a token: fetched before the first, renewed before it expires, and once for a request that is
 * answered 401, which the server has not executed. A 401 counts when new tokens are refused, one after the other. Until then
 * it is a fault: a single one may have expired or been revoked on the way, or during a long poll. The token goes where `client`
 * goes, and nowhere else.
 */
function withTokens(client, oauth, options) {
    const { clock } = options;
    const tokens = createTokens(oauth, options);
    let refusals = 0;
    return {
        send: async (request, signal) => {
            const isHeld = request.method === 'GET' && request.hold > 0;
            const first = await attempt(request, isHeld, signal);
            const last = isDoubtful(first) && !isHeld ? await attempt(request, isHeld, signal) : first;
            return isDoubtful(last) ? EXPIRED : last;
        },
        close: () => {
            client.close();
            options.tokenClient.close();
        }
    };
    async function attempt(request, isHeld, signal) {
        const startedAt = clock.now();
        const grant = await tokens.get(signal);
        if ('failure' in grant)
            return { ok: false, failure: grant.failure };
        const { value, askedAt, expiresAt } = grant.token;
        const authorization = authorizationOf({ token: value });
        const exchange = await client.send({ ...request, headers: { ...request.headers, authorization } }, signal);
        const isNew = askedAt >= startedAt && !isHeld && clock.now() < expiresAt;
        if (!isRefused(exchange))
            refusals = 0;
        else if (tokens.drop(grant.token) && isNew)
            refusals += 1;
        return exchange;
    }
    function isDoubtful(exchange) {
        return isRefused(exchange) && refusals < tokens_MOST_REFUSALS;
    }
}
function isRefused(exchange) {
    return exchange.ok && exchange.status === 401;
}
/** The server has not executed the request. */
const EXPIRED = {
    ok: false,
    failure: { why: 'other', what: 'the server answered 401: the token may have expired', fatal: false, sent: false }
};
/** How long before its end a token is renewed: a fifth of its life, at most this, in ms. */
const LONGEST_AHEAD = 60_000;
/** How long a token that could not be renewed is used before the next try, in ms, if it does not expire before. */
const NEXT_RENEWAL = 5_000;
function createTokens(oauth, { tokenClient, clock, keepSecret }) {
    const request = createTokenEndpoint(oauth, tokenClient, clock);
    let current = null;
    let renewAt = 0;
    let pending = null;
    return {
        get: async (signal) => {
            const token = current;
            if (token !== null && clock.now() < renewAt)
                return { token };
            pending ??= renew().finally(() => {
                pending = null;
            });
            return token !== null && clock.now() < token.expiresAt ? { token } : orAborted(pending, signal);
        },
        drop: token => {
            const isLatest = current === token;
            if (isLatest)
                current = null;
            return isLatest;
        }
    };
    async function renew() {
        const grant = await request();
        if ('token' in grant) {
            const { value, askedAt, expiresAt } = grant.token;
            keepSecret(value);
            current = grant.token;
            renewAt = expiresAt - Math.min((expiresAt - askedAt) / 5, LONGEST_AHEAD);
            return grant;
        }
        if (current !== null)
            renewAt = Math.min(clock.now() + NEXT_RENEWAL, current.expiresAt);
        return grant;
    }
}
const ABORTED = { why: 'other', what: 'the request was given up', fatal: false, sent: false };
function orAborted(grant, signal) {
    return new Promise((resolve, reject) => {
        const onAbort = () => resolve({ failure: ABORTED });
        signal.addEventListener('abort', onAbort);
        if (signal.aborted)
            onAbort();
        grant.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
}

;// CONCATENATED MODULE: external "node:stream/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");
;// CONCATENATED MODULE: external "node:zlib"
const external_node_zlib_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");
// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
// EXTERNAL MODULE: ./node_modules/tunnel/index.js
var tunnel = __nccwpck_require__(770);
;// CONCATENATED MODULE: ./stubs/undici/index.js
/**
 * Stands in for undici, three quarters of the bundle, which `@actions/http-client` imports for `getAgentDispatcher`. Nothing
 * here calls that (`__tests__/unit/bundle.test.ts`).
 */
class ProxyAgent {
  constructor() {
    throw new Error('undici is left out of this action: see stubs/')
  }
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class lib_HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ./lib/time/clock.js
/** The longest delay that `setTimeout` keeps, in ms: one above it fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** What a delay that is not a number becomes, in ms: a pause rather than a hot loop. */
const FALLBACK = 1_000;
const systemClock = {
    now: () => Number(process.hrtime.bigint()) / 1e6,
    wall: () => Date.now(),
    sleep: (ms, signal) => new Promise(resolve => {
        if (signal.aborted)
            return resolve();
        const wake = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', wake);
            resolve();
        };
        const timer = setTimeout(wake, clampDelay(ms));
        signal.addEventListener('abort', wake);
    })
};
/** A delay that `setTimeout` keeps: within 0 and its longest, in ms. A caller that needs longer sleeps again. */
function clampDelay(ms) {
    return Number.isNaN(ms) ? FALLBACK : Math.min(Math.max(ms, 0), LONGEST_TIMER);
}

;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: external "node:util/types"
const types_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");
;// CONCATENATED MODULE: external "node:events"
const external_node_events_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(500);
;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./lib/http/pem.js

/** Whether the text is PEM itself, rather than the path of a PEM file. */
function isPem(text) {
    return text.includes('-----BEGIN ');
}
/** Every certificate of a PEM text, with any other text in between; or what is wrong with it. */
function parseCertificates(text) {
    const blocks = blocksOf(text, '(?:X509 |TRUSTED )?CERTIFICATE');
    if (blocks.length === 0)
        return 'contains no certificate: it must have a line -----BEGIN CERTIFICATE-----';
    const certificates = [];
    for (const [index, block] of blocks.entries()) {
        try {
            certificates.push(new external_node_crypto_namespaceObject.X509Certificate(block));
        }
        catch {
            return `certificate ${index + 1} of ${blocks.length} is damaged: PEM needs its line breaks and every character`;
        }
    }
    return certificates;
}
/** The private key of a PEM text; or what is wrong with it, without a word of it. */
function parsePrivateKey(text) {
    const [pem] = blocksOf(text, '(?:[A-Z]+ )?PRIVATE KEY');
    if (pem === undefined)
        return 'contains no private key: it must have a line -----BEGIN PRIVATE KEY-----';
    if (/-----BEGIN ENCRYPTED|ENCRYPTED$/m.test(pem)) {
        return 'is encrypted: decrypt it (openssl pkey -in key.pem -out decrypted.pem) and keep the result as a secret';
    }
    try {
        return (0,external_node_crypto_namespaceObject.createPrivateKey)(pem);
    }
    catch {
        return 'is damaged, or is not a private key: PEM needs its line breaks and every character';
    }
}
/** Why a certificate does not count at this time (epoch ms), or null where it does. */
function untimely({ validFrom, validTo }, now) {
    if (now > Date.parse(validTo))
        return `expired on ${dayOf(validTo)}`;
    if (now < Date.parse(validFrom))
        return `is not valid before ${dayOf(validFrom)}`;
    return null;
}
/** The day of a certificate's date, such as `Nov 28 07:44:00 2026 GMT`: Node 20 gives it as a text alone. */
function dayOf(date) {
    return new Date(date).toISOString().slice(0, 10);
}
/** A subject or an issuer in one line: `CN=um.example.com, O=Example`. */
function nameIn(distinguishedName) {
    return distinguishedName?.split('\n').reverse().join(', ') || 'no name';
}
/** Whom a certificate is for, in one line. */
function subjectOf(certificate) {
    return nameIn(certificate?.subject);
}
/** The PEM blocks with such a label, freed of indentation. */
function blocksOf(text, label) {
    const blocks = text.match(new RegExp(`-----BEGIN (${label})-----[\\s\\S]*?-----END \\1-----`, 'g')) ?? [];
    return blocks.map(block => `${block.replace(/^[ \t]+|[ \t\r]+$/gm, '')}\n`);
}

;// CONCATENATED MODULE: ./lib/http/certificate-fault.js


const UNKNOWN_CA = [
    'was issued by an unknown CA',
    'give the certificate of that CA as "ca-certificate", or let the server send its whole chain'
];
const REPLACE = 'replace it on the server';
const RENEW = 'renew it on the server, or check the clock of the runner';
const STRONGER_KEY = 'replace it by one with an RSA key of 2048 bits or more, or an ECDSA key';
/** Causes by OpenSSL's and Node's codes. */
const CAUSES = {
    DEPTH_ZERO_SELF_SIGNED_CERT: [
        'is self-signed and not trusted',
        'compare the fingerprint with that of the server, and give the certificate as "ca-certificate"'
    ],
    SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
    UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
    CERT_SIGNATURE_FAILURE: ['has a signature that does not match its issuer', UNKNOWN_CA[1]],
    CERT_HAS_EXPIRED: ['has expired', RENEW],
    CERT_NOT_YET_VALID: ['is not valid yet', RENEW],
    ERR_TLS_CERT_ALTNAME_INVALID: ['is for another host', 'use a name that the certificate contains'],
    CERT_REVOKED: ['was revoked', REPLACE],
    CERT_UNTRUSTED: ['is not trusted', UNKNOWN_CA[1]],
    CERT_REJECTED: ['is not trusted', UNKNOWN_CA[1]],
    INVALID_CA: ['was issued by a certificate that must not issue any', REPLACE],
    INVALID_PURPOSE: ['is not for a server', REPLACE]
};
/** Causes by OpenSSL's words, for which Node has no code but `UNSPECIFIED`. */
const WEAK = [
    [/^EE certificate key too weak/, ['has a key that is too weak', STRONGER_KEY]],
    [/^CA certificate key too weak/, ['was issued by a CA whose key is too weak', STRONGER_KEY]],
    [
        /^CA signature digest algorithm too weak/,
        ['has a signature that is too weak', 'replace it by one that is signed with SHA-256 or better']
    ]
];
/** OpenSSL's other verdicts on a certificate: chains too long, broken fields. */
const OTHER_CODE = /^(CA_|EE_|CERT_|CRL_|ERROR_IN_CERT|PATH_LENGTH|UNABLE_TO_DECODE|UNSUPPORTED_|UNSPECIFIED$)/;
/**
 * What is wrong with a certificate and what to do about it; null for an error of any other kind. `hasAuthorities`: whether
 * `ca-certificate` was given.
 */
function certificateFault({ code, message }, certificate, hasAuthorities) {
    if (!isAboutCertificate(code))
        return null;
    const weak = WEAK.find(([words]) => words.test(message))?.[1];
    const [cause, cure] = CAUSES[code] ?? weak ?? [`is not accepted (${plainText(message, 200)})`, REPLACE];
    const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (it is for ${namesOf(certificate)})` : '';
    const compared = hasAuthorities && cure.includes('"ca-certificate"') ? ' ("ca-certificate" does not match it)' : '';
    return `the certificate ${cause}${names}${compared}: ${cure}${certificate_fault_identityOf(certificate)}`;
}
/** Whether an error's code is a verdict on the peer's certificate. */
function isAboutCertificate(code) {
    return code in CAUSES || OTHER_CODE.test(code);
}
function certificate_fault_identityOf(certificate) {
    if (certificate === undefined)
        return '';
    const { subject, issuer, validFrom, validTo, fingerprint256 } = certificate;
    const name = (text) => plainText(nameIn(text), 150);
    const period = `${dayOf(validFrom)} to ${dayOf(validTo)}`;
    return `. It is ${name(subject)}, issued by ${name(issuer)}, valid from ${period}, SHA-256 fingerprint ${fingerprint256}`;
}
function namesOf(certificate) {
    return plainText(certificate?.subjectAltName ?? '', 200) || 'no host name';
}

;// CONCATENATED MODULE: ./lib/http/handshake-fault.js

/** Alerts (RFC 8446, 6.2; RFC 7507 for 86): the numbers are the same in each OpenSSL, the codes and words are not. */
const HANDSHAKE_FAILURE = 40;
const OLD_VERSION = [70, 86];
const UNFIT_SETTINGS = [HANDSHAKE_FAILURE, 71];
const CLIENT_CERTIFICATE = [42, 43, 44, 45, 46, 48, 49, 116];
/** What OpenSSL says of an answer in the clear to its first message. */
const NOT_TLS = /wrong version number|packet length too long|http request/;
/** What it says of a server that chooses an old version, or settings that it refuses. */
const OLD_VERSION_CHOSEN = /^unsupported protocol$/;
const UNFIT_SETTINGS_CHOSEN = /^(dh key too small|unsafe legacy renegotiation disabled|unknown cipher returned)$/;
/** What servers answer to a request in the clear: nginx, Apache, Tomcat, Go. */
const IN_THE_CLEAR = /The plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port|This combination of host and port requires TLS|Client sent an HTTP request to an HTTPS server/;
/** What nginx answers without the client certificate that it wants. */
const ABOUT_CLIENT_CERTIFICATE = /No required SSL certificate was sent|The SSL certificate error/;
/** Why TLS was not agreed and what to do about it, where another try cannot help; null for any other error. */
function handshakeFault(error, handshake) {
    const alert = alertOf(error);
    const why = `(${reasonIn(error)})`;
    if (isTlsAlert(error.rawPacket))
        return speaksTls('it sent a TLS alert');
    if (NOT_TLS.test(error.message)) {
        return 'what answered does not speak TLS: check the port, and whether the address should start with http:';
    }
    if (OLD_VERSION.includes(alert) || OLD_VERSION_CHOSEN.test(error.reason)) {
        return `the server supports only outdated versions of TLS ${why}: enable TLS 1.2 or 1.3 on it`;
    }
    if (CLIENT_CERTIFICATE.includes(alert) || (alert === HANDSHAKE_FAILURE && handshake.hasCertificate)) {
        return clientCertificateFault(why, handshake);
    }
    if (UNFIT_SETTINGS.includes(alert) || UNFIT_SETTINGS_CHOSEN.test(error.reason)) {
        return `the TLS settings of the server do not fit ${why}: enable current cipher suites on it, such as ECDHE with AES-GCM`;
    }
    return null;
}
/** Whether the certificate of the other end, if it shows one, would explain the error. */
function isHandshakeFailure(error) {
    return alertOf(error) === HANDSHAKE_FAILURE;
}
/** What OpenSSL says in words: `handshake failure`. */
function reasonIn({ reason, message }) {
    return plainText(reason.replace(/^(ssl|tls)\S* (alert )?/, '') || message, 200);
}
/** Why a server answers 400 by itself where the TLS of a request is not what it wants; null for any other answer. */
function tlsAnswerFault(status, body, handshake) {
    if (status !== 400)
        return null;
    const inTheClear = IN_THE_CLEAR.exec(body)?.[0];
    if (inTheClear !== undefined)
        return speaksTls(`400 ${inTheClear}`);
    const aboutCertificate = ABOUT_CLIENT_CERTIFICATE.exec(body)?.[0];
    return aboutCertificate === undefined ? null : clientCertificateFault(`(400 ${aboutCertificate})`, handshake);
}
/** Whether bytes begin as a TLS record with an alert does (RFC 8446, 5.1). */
function isTlsAlert(bytes) {
    return bytes?.[0] === 21 && bytes[1] === 3;
}
function speaksTls(why) {
    return `what answered speaks TLS on this port (${why}): the address must start with https:`;
}
function clientCertificateFault(why, { hasIdentity, isServer }) {
    if (!isServer)
        return `it requires a client certificate, which is not supported ${why}`;
    return hasIdentity
        ? `the server rejected the client certificate ${why}: check "client-certificate"`
        : `the server requires a client certificate ${why}: set "client-certificate" and "client-key"`;
}
function alertOf({ message }) {
    return Number(/SSL alert number (\d+)/.exec(message)?.[1]);
}

;// CONCATENATED MODULE: ./lib/http/failure.js




/** An error that knows already what it means for the request. */
class RequestError extends Error {
    failure;
    constructor(failure) {
        super(failure.what);
        this.failure = failure;
    }
}
/** Codes of a connection that broke. Windows has `ECONNABORTED` for one that it gave up itself (WSAECONNABORTED). */
const BROKEN = ['ECONNRESET', 'ECONNABORTED', 'EPIPE'];
const CUT = [...BROKEN, 'ERR_STREAM_PREMATURE_CLOSE'];
/** Not `EAI_AGAIN`: it says that the name server did not answer, which may pass. */
const UNRESOLVED = ['ENOTFOUND', 'EAI_NODATA'];
const CUT_IN_ANSWER = 'the connection broke in the middle of the answer';
const WORDS = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection broke',
    ECONNABORTED: 'the connection broke',
    EPIPE: 'the connection broke',
    ERR_STREAM_PREMATURE_CLOSE: CUT_IN_ANSWER,
    EHOSTUNREACH: 'there is no route to the host',
    ENETUNREACH: 'there is no route to the network',
    ETIMEDOUT: 'the connection could not be made in time',
    ENOTFOUND: 'the host name does not resolve',
    EAI_NODATA: 'the host name does not resolve',
    EAI_AGAIN: 'the host name cannot be resolved at the moment'
};
/** What Node's own words for a connection that broke mean. */
const PLAINER = [
    [/^aborted$/, CUT_IN_ANSWER],
    [/^socket hang up$/, 'the connection broke before there was an answer'],
    [/disconnected before secure TLS connection/, 'the connection broke during the TLS handshake']
];
/** An error of a request as a failure; `limit` is its time limit in ms if that ran out. */
function failureOf(error, limit, context = {}) {
    if (error instanceof RequestError)
        return error.failure;
    const { peer = null, proxy = null, certificate, hasAuthorities = false, hasIdentity = false, sent = true } = context;
    if (limit !== null) {
        const missing = sent ? 'no complete answer arrived' : 'no connection could be made';
        const through = proxy === null ? '' : ` through ${proxy}`;
        const prefix = peer === proxy ? '' : prefixOf(peer);
        return { why: 'other', what: `${prefix}${missing} within ${limit / 1_000} s${through}`, fatal: false, sent };
    }
    const prefix = prefixOf(peer);
    const details = detailsOf(error);
    const handshake = { hasIdentity, isServer: peer === null, hasCertificate: certificate !== undefined };
    const final = certificateFault(details, certificate, hasAuthorities) ?? handshakeFault(details, handshake);
    if (final !== null)
        return { why: 'other', what: `${prefix}${final}`, fatal: true, sent: false };
    const { code } = details;
    const why = CUT.includes(code) ? 'cut' : UNRESOLVED.includes(code) ? 'unresolved' : 'other';
    return { why, what: `${prefix}${wordsFor(details)}`, fatal: false, sent };
}
/** How a message begins that is about something other than the server of `url`. */
function prefixOf(name) {
    return name == null ? '' : `${name}: `;
}
/** Whether the certificate of the other end would help to explain an error. */
function wantsCertificate(error) {
    return isDistrust(error) || isHandshakeFailure(detailsOf(error));
}
/** Whether the certificate of the other end did not verify. */
function isDistrust(error) {
    return isAboutCertificate(detailsOf(error).code);
}
function wordsFor(details) {
    const { code, message } = details;
    if (code.startsWith('ERR_SSL_'))
        return `TLS could not be agreed (${reasonIn(details)})`;
    const plainer = PLAINER.find(([words]) => words.test(message))?.[1];
    if (plainer !== undefined)
        return plainer;
    const detail = plainText(message, 200);
    const words = WORDS[code];
    return words === undefined ? `the request failed: ${detail || code}` : `${words}${detail && ` (${detail})`}`;
}
/** The details of an error; of the first attempt if several addresses were tried. */
function detailsOf(error) {
    if (error instanceof AggregateError && error.errors.length > 0)
        return detailsOf(error.errors[0]);
    if (!(0,types_namespaceObject.isNativeError)(error))
        return { code: '', message: String(error), reason: '' };
    const { code = '', reason = '', rawPacket } = error;
    return { code: String(code), message: error.message, reason: String(reason), rawPacket };
}

;// CONCATENATED MODULE: ./lib/http/connection.js



/**
 * Two turns of the event loop: in the second, at the latest, every socket is read. The first may be past that already, and a
 * timer can fire before it: a request that is sent then would take bytes that were there before as its answer.
 */
async function everySocketRead() {
    await (0,promises_.setImmediate)();
    await (0,promises_.setImmediate)();
}
/** Resolves with a new connection once it can carry a request, its TLS agreed, and nothing has come over it unasked. */
async function whenReady(connection, isTls) {
    const failed = new Promise((_, reject) => {
        connection.on('error', reject).once('close', () => reject(new Error('the connection was closed')));
    });
    await Promise.race([failed, (0,external_node_events_namespaceObject.once)(connection, isTls ? 'secureConnect' : 'connect').then(everySocketRead)]);
    if (connection.readableLength === 0)
        return connection;
    connection.destroy();
    throw new RequestError(UNASKED);
}
/** Why a new connection is not used on which something has already come. */
const UNASKED = {
    why: 'other',
    what: 'the server sent an answer before it was asked anything',
    fatal: false,
    sent: false
};
/** Has an idle connection close as soon as anything comes over it. Returns whether nothing has come yet. */
function closeWhenUnasked(idle) {
    idle.on('data', connection_close).resume();
    return idle.readableLength === 0;
}
/** Undoes `closeWhenUnasked` for a connection that is used again. */
function expectAnswer(connection) {
    connection.off('data', connection_close);
}
function connection_close() {
    this.destroy();
}

;// CONCATENATED MODULE: ./lib/http/agent.js





/** A connection that the server had closed breaks as soon as it is used, in ms: later it is the request that was cut. */
const STALE = 1_000;
/** Errors of requests that had been given a connection which was kept from an earlier one. */
const onReusedSocket = new WeakSet();
/** An agent that keeps its connections to `origin`, direct or through tunnels, for the next request. */
function createAgent(origin, tls = {}, tunnels = null) {
    const isTls = origin.startsWith('https:');
    const agent = isTls ? new external_node_https_namespaceObject.Agent({ keepAlive: true, ...tls }) : new external_node_http_namespaceObject.Agent({ keepAlive: true });
    const { createConnection, keepSocketAlive, reuseSocket, destroy } = agent;
    const opening = new Set();
    agent.createConnection = (options, done) => {
        const { progress } = options;
        if (progress !== undefined)
            progress.sent = false;
        open(options).then(connection => {
            if (progress !== undefined)
                progress.sent = true;
            done?.(null, connection);
        }, error => done?.(error, undefined));
        return undefined;
    };
    agent.keepSocketAlive = socket => Boolean(keepSocketAlive.call(agent, socket)) && closeWhenUnasked(socket);
    agent.reuseSocket = (socket, request) => {
        expectAnswer(socket);
        const reusedAt = performance.now();
        request.once('error', (error) => {
            if (isBroken(error) && performance.now() - reusedAt < STALE)
                onReusedSocket.add(error);
        });
        reuseSocket.call(agent, socket, request);
    };
    agent.destroy = () => {
        for (const connection of opening)
            connection.destroy();
        destroy.call(agent);
    };
    return agent;
    async function open(options) {
        const tunnel = tunnels === null ? {} : { socket: await tunnels.open() };
        const connection = createConnection.call(agent, { ...options, ...tunnel });
        opening.add(connection);
        return whenReady(connection, isTls).finally(() => opening.delete(connection));
    }
}
/**
 * Whether the error is that of a connection which the server had closed while it was kept idle: nothing is wrong, and
 * the request is worth repeating at once on a new one.
 */
function wasReused(error) {
    return (0,types_namespaceObject.isNativeError)(error) && onReusedSocket.has(error);
}
function isBroken(error) {
    return BROKEN.includes(String(error.code));
}

;// CONCATENATED MODULE: external "node:tls"
const external_node_tls_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
;// CONCATENATED MODULE: ./lib/text/url.js
/** A text as a URL; null where it is not one. */
function parseUrl(text) {
    return URL.canParse(text) ? new URL(text) : null;
}

;// CONCATENATED MODULE: ./lib/http/server.js


/**
 * The `url` input, or what is wrong with it: a sentence that repeats nothing secret. `defaultRoot`: the API's root where the
 * input has no path; undefined where it needs one.
 */
function parseServer(text, defaultRoot) {
    if (text === '')
        return 'is not set: use the address of the server, such as https://um.example.com';
    const shown = JSON.stringify(text.replace(/\/\/.*@/, '//…@'));
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
        return `${shown} has no scheme: write https://…`;
    const url = parseUrl(text);
    if (url === null)
        return `${shown} is not a valid address: write it as https://um.example.com`;
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
        return `${shown} is neither https: nor http:`;
    if (url.username !== '' || url.password !== '' || text.includes('@')) {
        return 'contains a user name or password: use "username" and "password" instead';
    }
    if (url.search !== '' || text.includes('?'))
        return `${shown} has a query: leave out what follows the path`;
    if (url.hash !== '' || text.includes('#'))
        return `${shown} has a fragment: leave out what follows the path`;
    const root = url.pathname.replace(/\/+$/, '') || defaultRoot;
    if (root === undefined)
        return `${shown} has no path, which this API needs`;
    return {
        origin: url.origin,
        root,
        isPrivate: url.protocol === 'https:' || isLoopback(url.hostname)
    };
}
/** Whether a URL's host is the runner's own machine. */
function isLoopback(host) {
    return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(host);
}
/** The endpoint of an origin: `https://[::1]:8443`. */
function endpointOf(origin) {
    const { protocol, hostname, port } = new URL(origin);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const servername = (0,external_node_net_namespaceObject.isIP)(host) === 0 ? host : '';
    return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80), servername };
}

;// CONCATENATED MODULE: ./lib/http/peek.js


/** How long a server may take to show its certificate once more, in ms. */
const peek_LONGEST = 3_000;
/**
 * The certificate that the server at `origin` presents, for a message about it: Node keeps none that it does not trust. The
 * connection, over `socket` if there is one, carries nothing and is closed; if anything goes wrong, there is no certificate.
 */
function peekCertificate(origin, socket) {
    return new Promise(resolve => {
        const tunnel = socket === null ? {} : { socket };
        const connection = (0,external_node_tls_namespaceObject.connect)({ ...endpointOf(origin), ...tunnel, rejectUnauthorized: false });
        connection.setTimeout(peek_LONGEST, () => connection.destroy());
        connection.once('secureConnect', () => {
            resolve(connection.getPeerX509Certificate());
            connection.destroy();
        });
        // One that wants a client certificate shows its own before it breaks off.
        connection.once('error', () => resolve(connection.getPeerX509Certificate()));
        connection.once('close', () => resolve(undefined));
    });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./lib/text/reason.js

/** What something that was thrown says, for a message. */
function reasonOf(error) {
    return (0,types_namespaceObject.isNativeError)(error) ? error.message : String(error);
}

;// CONCATENATED MODULE: ./lib/http/trust.js



/** Trusts the usual roots, and presents no client certificate. */
const USUAL_TRUST = { authorities: [], identity: null, verify: true };
/**
 * The TLS options for a server, which is trusted if the usual roots or the given authorities have signed for it. There is a
 * context only if something has to be added to the roots that Node trusts anyway (which include `NODE_EXTRA_CA_CERTS`). An intermediate certificate, or the server's own, can be trusted without its root, as with curl.
 */
function tlsOptionsOf(trust) {
    const { authorities } = trust;
    return optionsWith(trust, authorities.length === 0 ? [] : [...usualRoots(), ...authorities]);
}
/**
 * The same without the usual roots, which take some 15 ms to be added; null if no authorities are given. Every
 * certificate that verifies under these options verifies under those of `tlsOptionsOf` too.
 */
function narrowTlsOptionsOf(trust) {
    return trust.authorities.length === 0 ? null : optionsWith(trust, trust.authorities);
}
/** What Node trusts anyway. Node 20 cannot list it. */
function usualRoots() {
    const { getCACertificates } = external_node_tls_namespaceObject;
    if (getCACertificates !== undefined)
        return getCACertificates('default');
    const extra = process.env.NODE_EXTRA_CA_CERTS ?? '';
    return (0,external_node_fs_.existsSync)(extra) ? [...external_node_tls_namespaceObject.rootCertificates, (0,external_node_fs_.readFileSync)(extra, 'utf8')] : external_node_tls_namespaceObject.rootCertificates;
}
function optionsWith({ identity, verify }, ca) {
    const options = { rejectUnauthorized: verify };
    if (ca.length === 0 && identity === null)
        return options;
    const trusted = ca.length === 0 ? {} : { ca: [...ca], allowPartialTrustChain: true };
    return { ...options, secureContext: (0,external_node_tls_namespaceObject.createSecureContext)({ ...trusted, ...shown(identity) }) };
}
/** Why OpenSSL refuses to show a certificate, too weak a key for instance; null where it does not. */
function refusal(identity) {
    try {
        (0,external_node_tls_namespaceObject.createSecureContext)(shown(identity));
        return null;
    }
    catch (error) {
        return reasonOf(error);
    }
}
function shown(identity) {
    return identity === null ? {} : { cert: identity.certificates.join(''), key: identity.key };
}

;// CONCATENATED MODULE: ./lib/http/tunnel.js








/** Statuses of a proxy that will be the same next time. */
const tunnel_NEVER = [403, 405, 407, 501, 505];
/** Tunnels to `target` (`host:port`) by CONNECT (RFC 9110, 9.3.6). `limit` is the time in ms that opening one may take. */
function createTunnels(proxy, target, tls, limit) {
    const opening = new Set();
    const { request } = proxy.origin.startsWith('https:') ? external_node_https_namespaceObject : external_node_http_namespaceObject;
    return {
        open,
        close: () => {
            for (const one of opening)
                one.destroy();
        }
    };
    function open() {
        return new Promise((resolve, reject) => {
            const connecting = request({
                ...endpointOf(proxy.origin),
                ...tls,
                method: 'CONNECT',
                path: target,
                headers: { host: target, ...proxyHeaders(proxy) },
                agent: false
            });
            let expired = false;
            const timer = setTimeout(() => {
                expired = true;
                connecting.destroy(new Error('expired'));
            }, limit);
            opening.add(connecting);
            const settle = () => {
                clearTimeout(timer);
                opening.delete(connecting);
            };
            connecting.once('error', async (error) => {
                settle();
                const certificate = wantsCertificate(error) ? await peekCertificate(proxy.origin, null) : undefined;
                const peer = nameOf(proxy);
                reject(new RequestError(failureOf(error, expired ? limit : null, { peer, proxy: peer, certificate, sent: false })));
            });
            connecting.once('connect', (response, socket, head) => {
                settle();
                const { statusCode = 0 } = response;
                const isOpen = statusCode >= 200 && statusCode < 300;
                if (isOpen && head.length === 0) {
                    socket.setKeepAlive(true, 1_000);
                    resolve(socket);
                }
                else {
                    socket.destroy();
                    reject(new RequestError(isOpen ? UNASKED : tunnel_refusal(proxy, target, response)));
                }
            });
            connecting.end();
        });
    }
}
/** What a proxy is sent in addition to the request itself. */
function proxyHeaders({ credentials }) {
    return credentials === null ? {} : { 'proxy-authorization': authorizationOf(credentials) };
}
/** A proxy as a message names it. */
function nameOf({ origin }) {
    return `the proxy ${origin}`;
}
function tunnel_refusal(proxy, target, { statusCode = 0, statusMessage = '', headers }) {
    const reason = plainText(statusMessage, 100) || external_node_http_namespaceObject.STATUS_CODES[statusCode];
    const what = `${nameOf(proxy)} answered ${statusCode} ${reason} when asked for ${target}`;
    const advice = {
        403: ': allow this connection on the proxy, or exclude the server with NO_PROXY',
        407: `: ${adviceOn407(proxy, headers['proxy-authenticate'])}`
    };
    return { why: 'other', what: `${what}${advice[statusCode] ?? ''}`, fatal: tunnel_NEVER.includes(statusCode), sent: false };
}
function adviceOn407({ variable, credentials }, challenges = '') {
    const schemes = plainText([challenges].flat().join(', '), 100);
    if (schemes !== '' && !/\bbasic\b/i.test(schemes))
        return `it asks for ${schemes}, but only Basic is supported`;
    return credentials === null
        ? `put its user name and password in ${variable}, as http://user:password@host:port`
        : `it does not accept the user name and password in ${variable}`;
}

;// CONCATENATED MODULE: ./lib/http/route.js





/**
 * The route to the server at `origin`: direct; for `https:` through a tunnel that the proxy opens and that is kept for
 * the next request; for `http:` by requests to the proxy itself. `limit` is the time in ms that opening a tunnel may take.
 */
function createRoute(origin, trust, proxy, limit) {
    if (proxy === null)
        return routeTo(origin, trust);
    const url = new URL(origin);
    const proxyTls = tlsOptionsOf({ ...trust, identity: null, verify: true });
    if (url.protocol === 'http:') {
        const route = routeBy(proxy.origin, createAgent(proxy.origin, proxyTls));
        return {
            ...route,
            proxy: nameOf(proxy),
            peer: nameOf(proxy),
            prepare: options => route.prepare(forwarded(options, url, proxy))
        };
    }
    const tunnels = createTunnels(proxy, `${url.hostname}:${endpointOf(origin).port}`, proxyTls, limit);
    const route = routeTo(origin, trust, tunnels);
    return {
        ...route,
        proxy: nameOf(proxy),
        peek: async () => peekCertificate(origin, await tunnels.open()),
        close: () => {
            tunnels.close();
            route.close();
        }
    };
}
/** Made with the narrow trust, where there is one, and the wide one only if that turns out not to do. */
function routeTo(origin, trust, tunnels = null) {
    if (!origin.startsWith('https:'))
        return routeBy(origin, createAgent(origin));
    const narrow = narrowTlsOptionsOf(trust);
    const agent = createAgent(origin, narrow ?? tlsOptionsOf(trust), tunnels);
    return routeBy(origin, agent, narrow && (() => tlsOptionsOf(trust)));
}
function routeBy(origin, agent, wider = null) {
    return {
        proxy: null,
        peer: null,
        isNarrow: () => wider !== null,
        widen: () => {
            if (wider !== null)
                Object.assign(agent.options, wider());
            wider = null;
        },
        peek: () => peekCertificate(origin, null),
        close: () => agent.destroy(),
        prepare: options => {
            options.agent = agent;
            options.host = endpointOf(origin).host;
        }
    };
}
/** A request as a proxy takes it: the whole address in the place of the path (RFC 9112, 3.2.2). */
function forwarded(options, { origin, host }, proxy) {
    const { protocol } = new URL(proxy.origin);
    const headers = { ...options.headers, host, ...proxyHeaders(proxy) };
    return Object.assign(options, { ...endpointOf(proxy.origin), protocol, path: `${origin}${options.path}`, headers });
}

;// CONCATENATED MODULE: ./lib/http/client.js










/** How many bytes of a body, decoded, are read before the answer is given up. */
const LONGEST_BODY = 8 * 1024 * 1024;
/** Replaces the error of the decoder that is aborted for it, which Node 24.4 reports instead. */
const TOO_LONG = new Error(`the answer is longer than ${LONGEST_BODY / 1024 / 1024} MiB`);
/** `@actions/http-client` has an idle timer of its own, 3 minutes by default: ours are the limits. */
const NO_TIMEOUT = 2 ** 31 - 1;
/** A client for one server. `debug` gets a line for every request: its path, what came of it, and the time it took. */
function createClient(connection, debug) {
    const { origin, trust = USUAL_TRUST, proxy = null, requestTimeout } = connection;
    const route = createRoute(origin, trust, proxy, requestTimeout);
    return {
        send: async (request, signal) => {
            const startedAt = systemClock.now();
            const exchange = await attempt(connection, route, request, signal);
            const outcome = exchange.ok ? `${exchange.status} ${exchange.body.length} characters` : exchange.failure.what;
            debug(`${request.method} ${request.path}: ${outcome}, ${Math.round(systemClock.now() - startedAt)} ms`);
            return exchange;
        },
        close: route.close
    };
}
function attempt(connection, route, request, outer) {
    const inner = new AbortController();
    const abort = () => inner.abort();
    const limit = request.hold + connection.requestTimeout;
    let timedOut = false;
    const timer = setTimeout(() => {
        timedOut = true;
        abort();
    }, clampDelay(limit));
    outer.addEventListener('abort', abort);
    if (outer.aborted)
        abort();
    const narrow = route.isNarrow();
    const progress = { sent: false };
    return exchange(connection, route, request, inner.signal, progress)
        .catch(error => {
        if (narrow && isDistrust(error))
            route.widen();
        else if (!wasReused(error) || request.method !== 'GET')
            throw error;
        return exchange(connection, route, request, inner.signal, progress);
    })
        .catch(async (error) => {
        const certificate = wantsCertificate(error)
            ? await untilAborted(route.peek(), inner.signal).catch(() => undefined)
            : undefined;
        const { proxy } = route;
        const peer = route.peer ?? connection.name ?? null;
        const hasAuthorities = (connection.trust?.authorities.length ?? 0) > 0;
        const given = { hasAuthorities, hasIdentity: hasIdentity(connection) };
        const context = { proxy, peer, certificate, ...given, sent: progress.sent };
        return { ok: false, failure: failureOf(error, timedOut ? limit : null, context) };
    })
        .finally(() => {
        clearTimeout(timer);
        outer.removeEventListener('abort', abort);
    });
}
const hasIdentity = ({ trust }) => trust?.identity != null;
async function exchange(connection, route, { method, path, body: data = null, headers: further }, signal, progress) {
    const { origin, headers } = connection;
    const prepareRequest = (options) => {
        route.prepare(options);
        Object.assign(options, { signal, progress });
    };
    const handler = { prepareRequest, canHandleAuthentication: () => false, handleAuthentication: unreachable };
    await everySocketRead();
    signal.throwIfAborted();
    progress.sent = true;
    const client = new lib_HttpClient('await-job', [handler], { allowRedirects: false, socketTimeout: NO_TIMEOUT });
    const request = client.request(method, `${origin}${path}`, data, {
        ...headers,
        ...(data === null ? {} : { 'content-type': 'application/json' }),
        ...further
    });
    const { message } = await untilAborted(request, signal);
    const { statusCode: status = 0, statusMessage: reason = '', headersDistinct } = message;
    const body = await readBody(message, signal).catch(error => {
        if (status < 300)
            throw error;
        return '';
    });
    const { name } = connection;
    const fault = tlsAnswerFault(status, body, { hasIdentity: hasIdentity(connection), isServer: name === undefined });
    if (fault !== null) {
        throw new RequestError({ why: 'other', what: `${prefixOf(name)}${fault}`, fatal: true, sent: false });
    }
    return { ok: true, status, reason, headers: { ...message.headers, ...joined(headersDistinct['retry-after']) }, body };
}
/** A request that the server answers with an upgrade, which was not requested, never settles by itself. */
function untilAborted(promise, signal) {
    const aborted = new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
    });
    return Promise.race([promise, aborted]);
}
/** Of several `Retry-After` Node keeps the first alone. */
function joined(retryAfter) {
    return retryAfter === undefined ? {} : { 'retry-after': retryAfter.join(', ') };
}
async function readBody(message, signal) {
    const chunks = [];
    let size = 0;
    const collect = async (source) => {
        for await (const chunk of source) {
            size += chunk.length;
            if (size > LONGEST_BODY)
                throw TOO_LONG;
            chunks.push(chunk);
        }
    };
    const decoder = decoderFor(message.headers['content-encoding']);
    if (decoder === undefined) {
        message.destroy();
        throw new Error(`the answer is encoded as ${message.headers['content-encoding']}, which was not asked for`);
    }
    const steps = decoder === null ? collect(message) : (0,promises_namespaceObject.pipeline)(message, decoder, collect, { signal });
    await steps.catch(error => {
        throw size > LONGEST_BODY ? TOO_LONG : error;
    });
    // A body that lasts until the connection ends looks whole where it was this side that ended it.
    signal.throwIfAborted();
    return Buffer.concat(chunks).toString('utf8');
}
/** What decodes a body: null for nothing to do, undefined for an encoding that is not known. */
function decoderFor(encoding = 'identity') {
    switch (encoding.trim().toLowerCase()) {
        case '':
        case 'identity':
            return null;
        case 'gzip':
        case 'x-gzip':
            return (0,external_node_zlib_namespaceObject.createGunzip)();
        case 'deflate':
            return (0,external_node_zlib_namespaceObject.createInflate)();
        default:
            return undefined;
    }
}
/* v8 ignore next 3: a handler has to have it, and it is never called */
function unreachable() {
    throw new Error('authentication is never negotiated');
}

;// CONCATENATED MODULE: ./lib/inputs/file.js

/** The longest file that is read, in MiB. */
const file_LONGEST = 8;
/**
 * The text of a regular file in UTF-8, or in UTF-16 where a byte order mark says so. Throws where it is another kind of file,
 * longer than 8 MiB, or cannot be read. A pipe is not waited for.
 */
function readTextFile(path) {
    // Windows does not have the second flag: it is undefined there, and counts as 0.
    const file = (0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NONBLOCK);
    try {
        if (!(0,external_node_fs_.fstatSync)(file).isFile())
            throw new Error('it is not a regular file');
        return decode(readAll(file));
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
}
/** Reads to the end, whatever the size of the file is said to be: some files of the system are said to be empty. */
function readAll(file) {
    const bytes = new Uint8Array(file_LONGEST * 2 ** 20 + 1);
    let length = 0;
    for (let read = -1; read !== 0; length += read)
        read = (0,external_node_fs_.readSync)(file, bytes, length, bytes.length - length, null);
    if (length === bytes.length)
        throw new Error(`it is larger than ${file_LONGEST} MiB`);
    return bytes.subarray(0, length);
}
function decode(bytes) {
    const [first, second] = bytes;
    const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
}

;// CONCATENATED MODULE: ./lib/jobs/netapp-cloud.js

/** What the APIs of NetApp Console and its services have in common. */
const CLOUD_KEY = {
    form: /^[^\s/\p{Cc}\p{Cf}]+$/u,
    words: 'a text without white space, slashes or invisible characters'
};
/** The error `{"error": …, "message": …}`, either of which may be missing. Jobs have an `error` too, but no error status. */
function cloudError({ status, body }) {
    const object = asObject(body);
    const error = asObject(object?.error);
    const message = asText(object?.message) || asText(error?.message) || asText(object?.error);
    if (status < 400 || message === '')
        return null;
    return { message, code: asText(error?.code) || asText(object?.code), target: '', means: 'other' };
}

;// CONCATENATED MODULE: ./lib/jobs/netapp-backup.js




const LINK = /\/job\/(?<key>[^/]*)$/;
const PENDING = new Map([
    ['pending', 'queued'],
    ['in_progress', null]
]);
/**
 * The backup and recovery service of NetApp Console. A job that completed can have parts that failed. Calls are of several
 * versions, and jobs of the first: NetApp's Terraform provider starts by `/api/v3` what it asks about at `/api/v1`.
 */
const netappBackup = {
    name: 'netapp-backup',
    title: 'NetApp Backup and Recovery',
    explicit: true,
    rootOfJobs: root => root.replace(/(\/cloudmanager_cbs\/api)\/v\d+$/, '$1/v1'),
    naming: { link: LINK, accepted, hint: 'a 202 answer has {"job-id": "…"}', key: CLOUD_KEY },
    status: key => `/job/${encodeSegment(key)}`,
    read: ({ body }, key) => {
        const entries = asObjects(asObject(body)?.job).filter(({ id }) => asText(id) === key);
        const jobs = entries.map(entry => jobIn(entry, key));
        return jobs.find(({ verdict }) => verdict !== 'NORMAL') ?? jobs[0] ?? null;
    },
    complaint: cloudError
};
function accepted({ body }) {
    const key = asText(asObject(body)?.['job-id']);
    return key === '' ? [] : [{ key, href: '', reported: null }];
}
function jobIn(entry, key) {
    const word = asWord(entry.status);
    const failures = failuresIn(entry);
    const verdict = verdictOf(word, failures);
    return {
        ...UNKNOWN_JOB,
        key,
        name: asText(entry.type),
        state: asText(entry.status),
        ...meaningOf(word, verdict, PENDING),
        message: asText(entry.error) || failures.map(({ task, reason }) => (task ? `${task}: ${reason}` : reason)).join('; '),
        failures,
        source: entry
    };
}
function verdictOf(word, failures) {
    if (word === 'failed')
        return 'ERROR';
    if (word === 'completed')
        return failures.length > 0 ? 'PARTIAL_FAILURES' : 'NORMAL';
    return null;
}
/** The parts of a job, such as `data.restore.batch` and `data.multi-volume-backup.volume`, that failed. */
function failuresIn({ data }) {
    return Object.values(asObject(data) ?? {})
        .flatMap(work => Object.values(asObject(work) ?? {}))
        .flatMap(asObjects)
        .filter(({ status }) => asWord(status) === 'failed')
        .map(({ id, error }) => ({ task: asText(id), reason: asText(error) || 'failed without a message' }));
}

;// CONCATENATED MODULE: ./lib/jobs/netapp-console.js





const netapp_console_LINK = /\/audit\/activeTask\/(?<key>[^/]*)$/;
/** The documentation has the second, public clients read the first. */
const ID_HEADERS = ['oncloud-request-id', 'x-response_id', 'x-response-id'];
const netapp_console_PENDING = new Map([['0', null]]);
const netapp_console_VERDICTS = new Map([
    ['1', 'NORMAL'],
    ['-1', 'ERROR']
]);
/**
 * NetApp Console, formerly BlueXP: Cloud Volumes ONTAP and other cloud resources. The answer to a call names its job in a
 * header, and the resource in its body. The answer about a job does not name it: only the address says whose it is.
 */
const netappConsole = {
    name: 'netapp-console',
    title: 'NetApp Console',
    defaultRoot: '/occm/api',
    explicit: true,
    naming: {
        link: netapp_console_LINK,
        accepted: netapp_console_accepted,
        hint: 'NetApp Console names it in the header OnCloud-Request-Id, to be given as "job-key"',
        key: CLOUD_KEY
    },
    status: key => `/audit/activeTask/${encodeSegment(key)}`,
    read: ({ body }, key) => {
        const task = asObject(body);
        return task !== null && isTask(task) ? netapp_console_jobIn(task, key) : null;
    },
    complaint: cloudError
};
/** Nothing in a task says whose it is, and other JSON has a `status` too: a task has the name of its action or the time of its end. */
function isTask({ status, actionName, closeTime }) {
    return status !== undefined && (asText(actionName) !== '' || asText(closeTime) !== '');
}
/** Node joins the values of a header that came twice. */
function netapp_console_accepted({ headers, body }) {
    const key = ID_HEADERS.flatMap(name => headers[name] ?? '')
        .flatMap(ids => ids.split(', '))
        .find(Boolean);
    if (key !== undefined)
        return [{ key, href: '', reported: reportedBy(asObject(body) ?? {}) }];
    return jobsNamed(body, '', netapp_console_LINK, reportedBy);
}
function reportedBy(body) {
    const { _links, ...result } = body;
    return { ...UNKNOWN_JOB, result, source: body };
}
function netapp_console_jobIn(task, key) {
    const state = asText(task.status);
    const verdict = netapp_console_VERDICTS.get(state) ?? null;
    return {
        ...UNKNOWN_JOB,
        key,
        name: asText(task.actionName),
        state,
        ...meaningOf(state, verdict, netapp_console_PENDING),
        message: asText(task.error) || asText(asObject(task.error)?.message),
        source: task
    };
}

;// CONCATENATED MODULE: ./lib/jobs/complaint.js

/** The error `{"error": {"message", "code", "target"}}`, its code a string or a number; null if there is none. */
function errorMember({ body }, meanings = new Map()) {
    const error = asObject(asObject(body)?.error);
    if (error === null)
        return null;
    const code = asText(error.code);
    const means = meanings.get(code) ?? 'other';
    return { message: asText(error.message), code, target: asText(error.target), means };
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-words.js


/**
 * How a job of ONTAP or ONTAP Select Deploy ended. `success` and `failure` are the specification's words, one page of the
 * documentation uses `error`, and NetApp's own client takes the others for ends as well.
 */
const VERDICT_WORDS = new Map([
    ['success', 'NORMAL'],
    ['failure', 'ERROR'],
    ['error', 'ERROR'],
    ['cancelled', 'ERROR'],
    ['canceled', 'ERROR'],
    ['expired', 'ERROR']
]);
/** What the specification calls a record that failed, and a bulk call that was done in part. */
const IN_PART = ['262287', '262288'];
/** A protected call was turned into a request for approval, to be made again once that is approved. */
const UNAPPROVED = '262325';
/** The verdict that a state means, or null. `code` is the job's. A success with an error that says something is a warning. */
function ontap_words_verdictOf(word, error, code) {
    const verdict = VERDICT_WORDS.get(word) ?? null;
    if (verdict !== 'NORMAL')
        return verdict;
    if (code === UNAPPROVED)
        return 'ERROR';
    if (IN_PART.includes(code))
        return 'PARTIAL_FAILURES';
    return saysError(error) ? 'WARNING' : verdict;
}
/** Where the requests are that several administrators have to approve, under the API's root. */
const APPROVALS = '/security/multi-admin-verify/requests';
/**
 * From the specification's error tables. `not-taken` are those that ask to try the call again because of something that
 * passes and that kept it from being started; the last three are in the tables of `/svm/svms`: too many jobs of SVMs at once,
 * and an SVM that is being created or deleted.
 */
const CODES = new Map([
    ['262160', 'not-taken'],
    ['2621573', 'not-taken'],
    ['13434894', 'not-taken'],
    ['13434915', 'not-taken'],
    ['13434916', 'not-taken'],
    ['7', 'later'],
    ['8', 'later'],
    ['65541', 'later'],
    ['65552', 'later'],
    ['65562', 'later'],
    ['6691623', 'denied'],
    [UNAPPROVED, 'unapproved']
]);
/** The error of an answer of ONTAP. */
function ontapError(answer) {
    const error = errorMember(answer, CODES);
    return error && { ...error, message: explained(error.message, error.code) };
}
/** An error's message, with what to do where it does not say so: `… request (index 3) requires approval.` */
function explained(message, code) {
    if (code !== UNAPPROVED)
        return message;
    const index = /\(index (\d+)\)/.exec(message)?.[1];
    const request = index === undefined ? 'the request' : `/api${APPROVALS}/${index}`;
    return `${message.replace(/\.?$/, '.')} Nothing was executed: have ${request} approved, then make the call again`;
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-resource.js





const ontap_resource_GATEWAY = '(?<under>/gateways/[^/]+)?';
/** The path under the API's root in a job's description: `PATCH /api/storage/volumes/<uuid>?…`. */
const DESCRIBED = /^[A-Z]+\s+\/api(?<path>\/\S+)/;
/** What a state means; undefined for one that is not known. */
function meaningIn(state, meanings) {
    const word = asWord(state);
    return Object.hasOwn(meanings, word) ? meanings[word] : undefined;
}
/** The operation whose end such a resource shows. A resource without an id has its path as its key. */
function operationOn(resource) {
    const { name, title, path, idField, targets } = resource;
    const key = idField === undefined ? `(?<key>${path})` : `${path}/(?<key>[^/?#]+)`;
    const end = idField === undefined ? '(\\?|$)' : '([/?]|$)';
    const call = new RegExp(`^${ontap_resource_GATEWAY}${path}${end}`);
    const named = new RegExp(`^${ontap_resource_GATEWAY}${key}${end}`);
    const link = new RegExp(`${ontap_resource_GATEWAY}${key}$`);
    const keyBy = (pattern, text) => {
        const found = decodeOnce(pattern.exec(text)?.groups?.key ?? '');
        return isSegment(found) ? found : null;
    };
    const keyIn = (called) => keyBy(named, called);
    return {
        name,
        title,
        ...(targets && { targets }),
        isStartedBy: called => call.test(called),
        keyIn,
        keyInAnswer: answer => linksIn(answer)
            .map(href => keyBy(link, pathOf(href)))
            .find(found => found !== null) ?? null,
        keyOf: ({ name: description }) => idField === undefined ? path : keyIn(DESCRIBED.exec(description)?.groups?.path ?? ''),
        resource: (target, since) => resourceApi(resource, link, target, since)
    };
}
/** Where the answer to a call that was done at once can have the link to its resource. */
function linksIn({ headers, body }) {
    const object = asObject(body) ?? {};
    return [asText(headers.location), ...[object, ...asObjects(object.records)].map(one => hrefOf(one, 'self'))];
}
/** A record is no more than named here: the API of each resource reads its own. */
function listOf(path, idField, fields) {
    return {
        collection: path,
        of: keys => `${path}?${idField}=${keys.map(encodeQuery).join('|')}&fields=${fields}&max_records=${keys.length}`,
        jobs: body => recordsIn(body)?.map(record => record && { ...UNKNOWN_JOB, key: asText(record[idField]), source: record }) ?? null
    };
}
function resourceApi(resource, link, target, since) {
    const { name, title, path, idField, fields, read, nameOf } = resource;
    const canonical = (key) => key.toLowerCase();
    return {
        name: 'ontap',
        title: 'ONTAP',
        shows: { title, until: target === null ? null : `${name}=${target}` },
        naming: { link, accepted: () => [], canonical },
        status: key => `${idField === undefined ? path : `${path}/${encodeSegment(key)}`}?fields=${fields}`,
        ...(idField && { list: listOf(path, idField, fields), nextPage: nextPage }),
        read: (answer, key) => {
            const body = ownBody(answer, key);
            const reading = body && read(body, target, since);
            return body && reading && jobIn(reading, key, body);
        },
        missing: (answer, key) => {
            const body = ownBody(answer, key);
            if (body === null || ontapError(answer) !== null)
                return null;
            return read(body, target, since) === null ? 'the answer has none' : null;
        },
        complaint: ontapError,
        datesEnds: true
    };
    function ownBody({ body }, key) {
        const object = asObject(body);
        if (object === null || idField === undefined)
            return object;
        return canonical(asText(object[idField])) === canonical(key) ? object : null;
    }
    function jobIn(reading, key, body) {
        const { state, meaning, message, errorCode = '', startedAt = null, isOwn = false, stale } = reading;
        const isIdle = meaning === 'queued' || meaning === 'paused';
        const verdict = meaning === undefined || meaning === 'working' || isIdle ? null : meaning;
        const { _links, ...result } = body;
        return {
            ...UNKNOWN_JOB,
            key,
            name: nameOf?.(body) ?? '',
            state,
            verdict,
            over: verdict !== null,
            recognized: meaning !== undefined,
            idle: isIdle ? meaning : null,
            ...(stale && { stale }),
            dated: isOwn,
            message,
            errorCode,
            result,
            startedAt,
            source: body
        };
    }
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-approval.js



const APPROVAL = {
    pending: 'working',
    approved: 'NORMAL',
    executed: 'NORMAL',
    vetoed: 'ERROR',
    expired: 'ERROR'
};
/** A request for the approval of several administrators. */
const approval = operationOn({
    name: 'approval',
    title: 'multi-admin approval',
    path: APPROVALS,
    idField: 'index',
    fields: '*',
    nameOf: body => [asText(body.operation), asText(body.query)].filter(Boolean).join(' '),
    read: body => {
        const state = asText(body.state);
        const meaning = meaningIn(state, APPROVAL);
        if (state === '')
            return null;
        if (meaning === 'ERROR')
            return { state, meaning, message: endedAs(state) };
        const missing = asCount(body.pending_approvers);
        const waits = missing === 0 ? 'waits for approval' : `waits for ${missing} more approval(s)`;
        return { state, meaning, message: meaning === 'working' ? waits : '' };
    }
});
function endedAs(state) {
    return asWord(state) === 'vetoed' ? 'an approver vetoed it' : 'it expired before it was approved';
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-cluster-update.js


const UPDATE = {
    in_progress: 'working',
    waiting: 'queued',
    pause_pending: 'working',
    cancel_pending: 'working',
    paused_by_user: 'paused',
    paused_on_error: 'paused',
    completed: 'NORMAL',
    failed: 'ERROR',
    canceled: 'ERROR'
};
const RESUME_UPDATE = 'PATCH /cluster/software?action=resume';
/** An update of the cluster. */
const clusterUpdate = operationOn({
    name: 'cluster-update',
    title: 'cluster update',
    path: '/cluster/software',
    fields: 'state,elapsed_duration,estimated_duration,status_details,validation_results',
    read: body => {
        const state = asText(body.state);
        if (state === '')
            return null;
        const meaning = meaningIn(state, UPDATE);
        const issues = issuesIn(body);
        const said = issues.map(({ text }) => text).join('; ');
        const errorCode = meaning === 'ERROR' ? (issues.find(({ code }) => code !== '')?.code ?? '') : '';
        return { state, meaning, message: updateMessage(asWord(state), meaning, body, said), errorCode };
    }
});
function updateMessage(word, meaning, body, issues) {
    if (meaning === 'NORMAL')
        return '';
    if (meaning === 'ERROR')
        return issues || `the update ended as ${word}`;
    if (word === 'paused_on_error') {
        return `${issues || 'the update met an error'}; waits for someone to fix it and resume it: ${RESUME_UPDATE}`;
    }
    if (word === 'paused_by_user')
        return `waits for someone to resume it: ${RESUME_UPDATE}`;
    const estimated = asCount(body.estimated_duration);
    const percent = Math.min(99, Math.floor((100 * asCount(body.elapsed_duration)) / estimated));
    const done = estimated === 0 ? [] : [`${percent}% of the estimated time`];
    return [
        ...done,
        ...new Set(phasesIn(body, ['', 'in_progress'])
            .flatMap(issueIn)
            .map(({ said }) => said))
    ].join('; ');
}
/**
 * What is wrong. A phase has an `issue` while it is in order, too ("Installing software image."): only if none is said to have
 * failed, and no check has, does every one count.
 */
function issuesIn(body) {
    const checks = asObjects(body.validation_results).filter(({ status }) => asWord(status) === 'error');
    const failed = [...phasesIn(body, ['failed', 'paused_on_error']), ...checks].flatMap(issueIn);
    return failed.length > 0 ? failed : asObjects(body.status_details).flatMap(issueIn);
}
function phasesIn({ status_details }, states) {
    return asObjects(status_details).filter(({ state }) => states.includes(asWord(state)));
}
function issueIn(entry) {
    const issue = asObject(entry.issue) ?? {};
    const said = asText(issue.message).replace(/\.$/, '');
    if (said === '')
        return [];
    const where = asText(asObject(entry.node)?.name) || asText(entry.name) || asText(entry.update_check);
    return [{ text: where === '' ? said : `${where}: ${said}`, said, code: asText(issue.code) }];
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-download.js


const DOWNLOAD = { not_started: 'queued', running: 'working', success: 'NORMAL', failure: 'ERROR' };
/** The download of a package. */
const softwareDownload = operationOn({
    name: 'software-download',
    title: 'software download',
    path: '/cluster/software/download',
    fields: '*',
    read: body => {
        const state = asText(body.state);
        const meaning = meaningIn(state, DOWNLOAD);
        const code = meaning === 'ERROR' ? asText(body.code) : '';
        return state === '' ? null : { state, meaning, message: asText(body.message), errorCode: code === '0' ? '' : code };
    }
});

;// CONCATENATED MODULE: ./lib/jobs/ontap-snapmirror.js


const RELATIONSHIP_STATES = [
    'uninitialized',
    'snapmirrored',
    'broken_off',
    'paused',
    'in_sync',
    'out_of_sync',
    'synchronizing',
    'expanding',
    'shrinking'
];
/** What a relationship is waited for by default. */
const MIRRORED = ['snapmirrored', 'in_sync'];
const TRANSFERRING = ['queued', 'transferring'];
const TRANSFER_FAILED = ['failed', 'aborted', 'hard_aborted'];
/** A SnapMirror relationship, in the state that is wanted. */
const snapmirror = operationOn({
    name: 'snapmirror',
    title: 'SnapMirror relationship',
    path: '/snapmirror/relationships',
    idField: 'uuid',
    fields: 'state,healthy,unhealthy_reason,transfer',
    targets: RELATIONSHIP_STATES,
    read: (body, target) => {
        const word = asWord(body.state);
        if (word === '')
            return null;
        const transfer = asObject(body.transfer) ?? {};
        const transferWord = asWord(transfer.state);
        const reasons = asObjects(body.unhealthy_reason).map(({ message }) => asText(message));
        const reason = reasons.filter(Boolean).join('; ');
        const isReached = (target === null ? MIRRORED : [target]).includes(word);
        const said = (meaning, message) => ({
            state: asText(body.state),
            meaning,
            message,
            errorCode: asText(asObjects(body.unhealthy_reason)[0]?.code)
        });
        if (TRANSFERRING.includes(transferWord))
            return said('working', progressOfTransfer(transferWord, transfer));
        // Breaking or pausing a relationship transfers nothing, but it can abort a transfer.
        const transfers = target === null || MIRRORED.includes(target);
        if (transfers && TRANSFER_FAILED.includes(transferWord)) {
            return said('ERROR', reason || `the transfer ended as ${transferWord}`);
        }
        if (transfers && !['', 'success'].includes(transferWord)) {
            return { ...said(undefined, ''), state: asText(transfer.state) };
        }
        if (String(body.healthy) === 'false')
            return said('ERROR', reason || 'the relationship is not healthy');
        if (isReached)
            return said('NORMAL', '');
        return said(RELATIONSHIP_STATES.includes(word) ? 'working' : undefined, '');
    }
});
function progressOfTransfer(word, { bytes_transferred }) {
    const bytes = asCount(bytes_transferred);
    return bytes === 0 ? `the transfer is ${word}` : `${(bytes / 1e9).toFixed(1)} GB transferred`;
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-volume-move.js


const MOVE = {
    queued: 'queued',
    replicating: 'working',
    cutover: 'working',
    cutover_pending: 'working',
    cutover_wait: 'paused',
    paused: 'paused',
    success: 'NORMAL',
    failed: 'ERROR',
    aborted: 'ERROR'
};
/** A volume move, by `movement` of the volume. */
const volumeMove = operationOn({
    name: 'volume-move',
    title: 'volume move',
    path: '/storage/volumes',
    idField: 'uuid',
    fields: 'name,svm.name,movement',
    nameOf: body => asText(body.name),
    read: (body, _target, since) => {
        const movement = asObject(body.movement);
        if (movement === null || asText(movement.state) === '')
            return null;
        const startedAt = asInstant(movement.start_time);
        const state = asText(movement.state);
        if (since !== null && startedAt !== null && startedAt < since) {
            return { state, meaning: 'queued', stale: true, message: 'the server still shows an earlier move' };
        }
        const destination = asText(asObject(movement.destination_aggregate)?.name);
        const to = destination === '' ? '' : ` to ${destination}`;
        const meaning = meaningIn(state, MOVE);
        const word = asWord(state);
        const message = meaning === 'ERROR' ? ontap_volume_move_failureOf(body, word, to) : progressOfMove(word, meaning, to, movement);
        return { state, meaning, message, startedAt, isOwn: since !== null && startedAt !== null };
    }
});
function progressOfMove(word, meaning, to, movement) {
    if (meaning === 'NORMAL')
        return '';
    const progress = `${asCount(movement.percent_complete)}% moved${to}`;
    if (word === 'cutover_wait') {
        return `${progress}; waits for someone to start the cutover: PATCH the volume with {"movement":{"state":"cutover"}}`;
    }
    if (word === 'paused') {
        return `${progress}; waits for someone to resume it: PATCH the volume with {"movement":{"state":"replicating"}}`;
    }
    return progress;
}
/** ONTAP's API does not say why a move ended. */
function ontap_volume_move_failureOf(volume, word, to) {
    const percent = asCount(asObject(volume.movement)?.percent_complete);
    const ended = `${word === 'aborted' ? 'was aborted' : 'failed'}${percent === 0 ? '' : ` at ${percent}%`}`;
    const svm = asText(asObject(volume.svm)?.name);
    const name = asText(volume.name);
    const show = ['volume move show', svm && `-vserver ${svm}`, name && `-volume ${name}`, '-instance'].filter(Boolean);
    return `the move${to} ${ended}. "${show.join(' ')}" on the cluster shows why`;
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-operations.js





/**
 * What ONTAP's jobs and calls only start, by the OpenAPI document of 9.19.1: the client is to ask for the state of the
 * resource. A word that is not in the table of an operation is unknown, and never guessed at.
 */
const ONTAP_OPERATIONS = [
    volumeMove,
    snapmirror,
    clusterUpdate,
    softwareDownload,
    approval
];

;// CONCATENATED MODULE: ./lib/jobs/ontap.js






const JOBS = '/cluster/jobs';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ontap_LINK = /(?<under>\/gateways\/[^/]+)?\/cluster\/jobs\/(?<key>[^/]*)$/;
const ontap_PENDING = new Map([
    ['queued', 'queued'],
    ['running', null],
    ['paused', 'paused']
]);
/**
 * ONTAP, directly or through Unified Manager's gateway. `fields=*` is what every version knows (a field named before its
 * version is refused). No long poll is documented for a job, which is deleted 300 s after its end.
 */
const ontap = {
    name: 'ontap',
    title: 'ONTAP',
    defaultRoot: '/api',
    naming: {
        link: ontap_LINK,
        pages: /^\/(docs\/api|sysmgr)(\/|$)/,
        accepted: ({ body }) => jobsNamed(body, 'uuid', ontap_LINK, ontap_jobIn),
        key: {
            form: UUID,
            words: 'a UUID',
            unique: UUID,
            mistake: text => (/^\d+$/.test(text) ? 'is a number, such as "job show" prints: use the UUID of the job' : null)
        },
        root: /(?<under>\/gateways\/[^/]+)$/,
        calls: /^\/(gateways\/|(application|cloud|cluster|name-services|network|protocols|security|snapmirror|storage|support|svm)(\/|$))/,
        canonical
    },
    status: key => `${JOBS}/${encodeSegment(key)}?fields=*`,
    read: ({ body }, key) => {
        const job = ontap_jobIn(asObject(body) ?? {});
        return job !== null && canonical(job.key) === canonical(key) ? job : null;
    },
    complaint: ontapError,
    gateway: { title: 'Unified Manager', path: '/gateways/<cluster-uuid>' },
    datesEnds: true,
    operations: ONTAP_OPERATIONS,
    remembers: 300_000,
    list: {
        collection: JOBS,
        of: keys => `${JOBS}?uuid=${keys.map(encodeQuery).join('|')}&fields=*&max_records=${keys.length}`,
        jobs: body => recordsIn(body)?.map(record => record && ontap_jobIn(record)) ?? null,
        search: {
            matching: filter => `${JOBS}?${filter}&fields=*&max_records=1000`,
            newest: `${JOBS}?fields=*&order_by=start_time%20desc&max_records=10`
        }
    },
    nextPage: nextPage,
    details: { ask: bulkResults, link: withResultsLink, merge: withBulkResults },
    cancel: key => ({ method: 'PATCH', path: `${JOBS}/${encodeSegment(key)}?action=cancel` }),
    returnTimeout: { longest: 120_000, query: ms => `return_timeout=${ms / 1_000}` }
};
function canonical(key) {
    return key.toLowerCase();
}
function ontap_jobIn(body) {
    const key = asText(body.uuid);
    if (key === '')
        return null;
    const word = asWord(body.state);
    const error = asObject(body.error);
    const code = asText(error?.code) || asText(body.code);
    const verdict = ontap_words_verdictOf(word, error, code);
    const name = asText(body.description);
    const svm = asText(asObject(body.svm)?.name);
    return {
        ...UNKNOWN_JOB,
        ...(svm === '' ? {} : { owner: `SVM ${svm}` }),
        key,
        name,
        state: verdict === null ? asText(body.state) : word,
        ...meaningOf(word, verdict, ontap_PENDING),
        dated: isTime(body.end_time),
        message: explained(asText(error?.message) || asText(body.message), code),
        errorCode: code === '0' ? '' : code,
        result: resultOf(name),
        startedAt: asInstant(body.start_time),
        endedAt: asInstant(body.end_time),
        source: body
    };
}
/** A description is the call that the job serves: `POST /api/storage/volumes/<uuid>` names the resource. */
function resultOf(description) {
    const resource = /^[A-Z]+\s+(\/[^\s?]+)/.exec(description)?.[1];
    return resource === undefined ? {} : { resource };
}
/** What comes before the API's root in a link, and the root itself, are not used. */
const RESULTS_LINK = /^\/api(?:\/v\d+)?(?:\/gateways\/[^/]+)?(\/[^\s\\#]+)$/;
/** The description of a job that serves a call to a collection; one for a single resource has its id at the end, or is the only one. */
const TO_COLLECTION = /^POST\s+(?!\/api\/cluster\/software\/download(?:\?|$))(\/[^\s?]*\/[a-z][a-z_-]*)(?:\?\S*)?$/;
/**
 * The results of a bulk call are read from the collection that it went to. The link is in the body that accepted the call;
 * a job that is known by its key alone may be that of a bulk call if its description names a collection, which is also asked
 * where the link leads out of the API: a proxy may have rewritten it. Only a success can turn out to be less than that.
 */
function bulkResults(job, reported) {
    const decisive = isSuccess(job);
    const link = [job, reported].map(body => body && hrefOf(body.source, 'results')).find(Boolean);
    const collection = TO_COLLECTION.exec(job.name)?.[1];
    const links = [link, collection && resultsOf(collection, job.key)];
    const path = links.map(href => href && pathOfResults(href)).find(Boolean) ?? null;
    return link == null && path === null ? null : { path, decisive, promised: link != null };
}
function pathOfResults(href) {
    const path = RESULTS_LINK.exec(href.slice(href.indexOf('/api/')))?.[1] ?? null;
    return path === null || leadsBack(path) ? null : path;
}
function resultsOf(collection, key) {
    return `${collection}?job_results_uuid=${encodeQuery(key)}`;
}
/** A bulk call has `records`. */
function withResultsLink(reported, { path, body }) {
    if (!Array.isArray(asObject(body)?.records) || hrefOf(reported.source, 'results') !== '')
        return reported;
    const results = { href: resultsOf(`/api${path}`, reported.key) };
    return { ...reported, source: { ...reported.source, _links: { ...asObject(reported.source._links), results } } };
}
/**
 * A bulk job can succeed with records that failed, or whose rollback did: a body that lists or counts nothing says neither,
 * and one that counts more than it lists, or reports an error of its own, not of every record.
 */
function withBulkResults(job, body) {
    const { records, errors, rollback_errors, num_records } = body;
    const failed = [...entriesOf(errors), ...entriesOf(rollback_errors)];
    const isListed = [records, errors, rollback_errors].some(Array.isArray) || failed.length > 0;
    if (!isListed && asText(num_records) === '')
        return null;
    const seen = asObjects(records).length + failed.length;
    if (isSuccess(job) && (saysError(body.error) || asCount(num_records) > seen))
        return 'incomplete';
    const failures = failed.map(ontap_failureOf);
    const lists = Object.entries({ records, errors, rollback_errors }).filter(([, list]) => asObjects(list).length > 0);
    const result = { ...job.result, ...Object.fromEntries(lists) };
    const [first] = failed;
    if (first === undefined)
        return { ...job, result };
    const errorCode = job.errorCode || asText(ontap_errorIn(first).code);
    if (job.verdict === 'ERROR')
        return { ...job, result, failures, errorCode };
    const said = job.verdict === 'WARNING' ? [job.message] : [];
    const message = [...said, `${failed.length} record(s) failed: ${failures[0]?.reason}`].join('; ');
    return { ...job, result, failures, errorCode, message, verdict: 'PARTIAL_FAILURES' };
}
/** What a list of errors contains. One that is not a list, or not of objects, reports a failure all the same. */
function entriesOf(errors) {
    return [errors]
        .flat()
        .filter(Boolean)
        .map(failed => asObject(failed) ?? { message: asText(failed) });
}
function ontap_failureOf(failed) {
    const task = asText(failed.name) || asText(failed.uuid) || asText(ontap_errorIn(failed).target);
    const { message, code } = ontap_errorIn(failed);
    return { task, reason: explained(asText(message), asText(code)) || 'failed without a message' };
}
/** An entry of `errors` is an error, or has one. */
function ontap_errorIn(failed) {
    return asObject(failed.error) ?? failed;
}

;// CONCATENATED MODULE: ./lib/jobs/long-poll.js
/** The query of a long poll as ONTAP Select Deploy documents it; '' for a plain question. */
function pollQuery(hold) {
    if (hold === null)
        return '';
    const since = hold.lastModified === null ? '' : `&last_modified=${encodeURIComponent(`>=${hold.lastModified}`)}`;
    return `poll_timeout=${hold.seconds}${since}`;
}

;// CONCATENATED MODULE: ./lib/jobs/ontap-select.js







const ontap_select_LINK = /\/jobs\/(?<key>[^/]*)$/;
const ontap_select_PENDING = new Map([
    ['queued', 'queued'],
    ['running', null]
]);
/**
 * ONTAP Select Deploy. Its documentation asks clients to long-poll always: `poll_timeout` with
 * `last_modified=>=<stamp of the last answer>` is answered when the job has changed since, or when the timeout is out.
 */
const ontapSelect = {
    name: 'ontap-select',
    title: 'ONTAP Select Deploy',
    defaultRoot: '/api',
    naming: {
        link: ontap_select_LINK,
        pages: /^\/api\/ui(\/|$)/,
        key: { form: /^\S+$/, words: 'a text without white space' },
        accepted: ({ body }) => jobsNamed(asObject(body)?.record ?? body, 'id', ontap_select_LINK, ontap_select_jobIn),
        calls: /^\/(clusters|hosts|images|licensing)(\/|\?|$)/,
        canonical: ontap_select_canonical
    },
    status: (key, hold) => {
        const query = ['fields=state,message,last_modified', pollQuery(hold)].filter(Boolean).join('&');
        return `/jobs/${encodeSegment(key)}?${query}`;
    },
    read: ({ body }, key) => {
        const job = ontap_select_jobIn(asObject(asObject(body)?.record) ?? asObject(body) ?? {});
        return job !== null && ontap_select_canonical(job.key) === ontap_select_canonical(key) ? job : null;
    },
    complaint: answer => errorMember(answer),
    longestHold: 120_000
};
function ontap_select_canonical(key) {
    return key.toLowerCase();
}
function ontap_select_jobIn(job) {
    const key = asText(job.id);
    if (key === '')
        return null;
    const word = asWord(job.state);
    const error = asObject(job.error);
    const errorCode = asText(error?.code);
    const verdict = ontap_words_verdictOf(word, error, errorCode);
    return {
        ...UNKNOWN_JOB,
        key,
        name: asText(job.name),
        state: verdict === null ? asText(job.state) : word,
        ...meaningOf(word, verdict, ontap_select_PENDING),
        dated: isTime(job.end_time),
        message: asText(error?.message) || asText(job.message),
        errorCode,
        startedAt: asInstant(job.start_time),
        endedAt: asInstant(job.end_time),
        lastModified: asText(job.last_modified) || null,
        source: job
    };
}

;// CONCATENATED MODULE: ./lib/jobs/unified-manager.js






const unified_manager_JOBS = '/management-server/jobs';
const unified_manager_LINK = /\/management-server\/jobs\/(?<key>[^/]*)$/;
/** The most records that a list of the server has on one page. */
const LONGEST_PAGE = 1_000;
const unified_manager_PENDING = new Map([
    ['running', null],
    ['in_progress', null],
    ['aborting', null],
    ['queued', 'queued'],
    ['waiting', 'queued'],
    ['initialized', 'queued']
]);
const unified_manager_VERDICT_WORDS = new Map(VERDICTS.map(verdict => [asWord(verdict), verdict]));
/**
 * Active IQ Unified Manager. Its documentation makes `state` the verdict (NORMAL, WARNING, PARTIAL_FAILURES, ERROR); its
 * OpenAPI document makes `state` the lifecycle (running, completed) and `status` the verdict. Servers of both kinds are
 * read. Long polling is documented without a parameter's name, so it is tried.
 */
const unifiedManager = {
    name: 'unified-manager',
    title: 'Unified Manager',
    defaultRoot: '/api',
    naming: {
        link: unified_manager_LINK,
        pages: /^\/docs\/api(\/|$)/,
        accepted: ({ body }) => {
            const key = asText(asObject(body)?.job_key);
            return key === '' ? jobsNamed(body, 'key', unified_manager_LINK, unified_manager_jobIn) : [{ key: decodeOnce(key), href: '', reported: null }];
        },
        key: {
            form: /^[^\s:]+(:[^\s:]+)+$/,
            words: 'a text with colons, such as db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd',
            unique: /^[0-9a-f]+(:-?[0-9a-f]+)+$/i
        },
        root: /\/api\/v\d+$/,
        calls: /^\/(storage-provider|management-server|datacenter)\//
    },
    status: (key, hold) => {
        const query = pollQuery(hold);
        return `${unified_manager_JOBS}/${encodeSegment(key)}${query && `?${query}`}`;
    },
    read: ({ body }, key) => {
        const job = unified_manager_jobIn(asObject(body) ?? {});
        return job?.key === key ? job : null;
    },
    complaint: answer => errorMember(answer),
    datesEnds: true,
    longestHold: 120_000,
    list: {
        collection: unified_manager_JOBS,
        of: keys => `${unified_manager_JOBS}?key=${keys.map(encodeQuery).join('|')}&max_records=${keys.length}`,
        jobs: body => recordsIn(body)?.map(record => record && unified_manager_jobIn(record)) ?? null,
        search: {
            matching: filter => `${unified_manager_JOBS}?${filter}&max_records=${LONGEST_PAGE}`,
            newest: `${unified_manager_JOBS}?max_records=10`
        }
    },
    nextPage: nextPage,
    details: { ask: failedChildren, merge: withFailedChildren }
};
function unified_manager_jobIn(body) {
    const key = asText(body.key);
    if (key === '')
        return null;
    const dated = isTime(body.complete_time);
    const word = asWord(body.state);
    const judged = unified_manager_judge(word, asWord(body.status), dated);
    const childrenRunning = asCount(asObject(body.spawned_job_summary)?.running_jobs);
    const { verdict, over, recognized } = childrenRunning === 0 ? judged : { ...judged, verdict: null, over: false };
    const failures = failuresOf(body);
    return {
        key,
        name: asText(body.name),
        state: verdict ?? asText(body.state),
        verdict,
        over,
        recognized,
        idle: unified_manager_PENDING.get(word) ?? null,
        dated,
        message: judged.over && !over
            ? `waiting for ${childrenRunning} spawned job(s)`
            : messageOf(body, { verdict, over }, failures),
        errorCode: '',
        failures,
        result: Object.fromEntries(asObjects(body.job_results).map(({ name, value }) => [asText(name), value ?? null])),
        startedAt: asInstant(body.submit_time),
        endedAt: asInstant(body.complete_time),
        lastModified: asText(body.last_modified) || null,
        source: body
    };
}
const pending = { verdict: null, over: false, recognized: true };
const ended = (verdict) => ({ verdict, over: true, recognized: true });
function unified_manager_judge(state, status, dated) {
    if (unified_manager_PENDING.has(state))
        return pending;
    if (state === 'aborted')
        return ended('ERROR');
    const documented = unified_manager_VERDICT_WORDS.get(state);
    if (documented !== undefined && (status === '' || status === state)) {
        return documented === 'WARNING' && !dated ? pending : ended(documented);
    }
    const verdict = unified_manager_worse(unified_manager_VERDICT_WORDS.get(status) ?? null, documented);
    const recognized = state === 'completed';
    if (!recognized && !dated)
        return { verdict: null, over: false, recognized };
    return { verdict, over: true, recognized: recognized || verdict !== null };
}
/** The verdict of the status, unless a state that is a verdict contradicts it for the worse. */
function unified_manager_worse(status, state) {
    if (status === null || state === undefined)
        return status;
    return VERDICTS.indexOf(state) > VERDICTS.indexOf(status) ? state : status;
}
/** Unified Manager has no message or error for the job as a whole: what went wrong stands with its tasks. */
function failuresOf(body) {
    return asObjects(body.task_reports)
        .map(report => ({ task: asText(report.name) || asText(report.type), reason: asText(report.failure_reason) }))
        .filter(({ reason }) => reason !== '');
}
/** What failed in a job that spawned others stands with those: `parent_job_key` finds them. */
function failedChildren(job) {
    const spawned = asCount(asObject(job.source.spawned_job_summary)?.total_jobs);
    if (spawned === 0 || job.verdict === 'NORMAL')
        return null;
    const path = `${unified_manager_JOBS}?parent_job_key=${encodeQuery(job.key)}&max_records=${LONGEST_PAGE}`;
    return { path, decisive: false, promised: true };
}
function withFailedChildren(job, list) {
    if (!Array.isArray(list.records))
        return null;
    const failures = asObjects(list.records)
        .map(unified_manager_jobIn)
        .filter(child => child !== null)
        .filter(({ verdict }) => verdict !== null && verdict !== 'NORMAL')
        .map(child => ({ task: child.name || child.key, reason: child.message || child.state }));
    const all = [...job.failures, ...failures];
    return { ...job, failures: all, message: messageOf(job.source, job, all) };
}
/** What went wrong; after the status, where that is a word which is not known. */
function messageOf(body, { verdict, over }, failures) {
    if (!over || verdict === 'NORMAL')
        return '';
    const status = verdict === null ? asText(body.status) : '';
    return [status, sentence(failures)].filter(Boolean).join(': ');
}
function sentence(failures) {
    return failures.map(({ task, reason }) => (task === '' ? reason : `${task}: ${reason}`)).join('; ');
}

;// CONCATENATED MODULE: ./lib/jobs/apis.js





/** Every API that the action speaks, in the order in which links, bodies and keys are matched. */
const APIS = [unifiedManager, ontap, ontapSelect, netappConsole, netappBackup];
/** The API that the `api` input names. */
function apiNamed(name) {
    return APIS.find(api => api.name === name);
}

;// CONCATENATED MODULE: ./lib/inputs/headers.js
/** What no request may set by hand: it frames the message, or belongs to the connection, a proxy or the action. */
const RESERVED = new Set([
    'accept-encoding',
    'connection',
    'content-length',
    'expect',
    'host',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'user-agent'
]);
/** RFC 9110, 5.1: a header's name is a token. */
const NAME = /^[!#$%&'*+.^`|~\w-]+$/;
/** RFC 9110, 5.5, without the control characters. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;
/** Names whose values are likely to be secrets. */
const SECRET = /auth|cookie|credential|key|password|secret|token/;
/** Lines of `Name: value`. */
function parseHeaders(text) {
    const headers = new Map();
    const faults = [];
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
        if (line.trim() === '')
            continue;
        const at = line.indexOf(':');
        const given = line.slice(0, Math.max(at, 0)).trim();
        const value = line.slice(at + 1).trim();
        const name = given.toLowerCase();
        if (!NAME.test(given))
            faults.push(`line ${index + 1} is not a valid header: write it as "Name: value"`);
        else if (RESERVED.has(name))
            faults.push(`${given} cannot be set: the connection sets it itself`);
        else if (name.startsWith('proxy-'))
            faults.push(`${given} cannot be set: put a proxy's credentials in HTTPS_PROXY`);
        else if (headers.has(name))
            faults.push(`${given} is given twice`);
        else if (value === '')
            faults.push(`${given} has no value`);
        else if (!VALUE.test(value))
            faults.push(`${given} has a value with characters that a header cannot contain`);
        else
            headers.set(name, value);
    }
    return { headers: Object.fromEntries(headers), faults };
}
/** Whether the header proves who is asking. */
function isCredential(name) {
    return SECRET.test(name.toLowerCase());
}

;// CONCATENATED MODULE: ./lib/inputs/names.js
/** Every input and its default, as `action.yml` declares them. */
const INPUTS = {
    url: '',
    'job-key': '',
    response: '',
    'response-file': '',
    request: '',
    'request-body': '',
    'return-timeout': '',
    wait: 'true',
    'job-query': '',
    until: '',
    api: 'auto',
    username: '',
    password: '',
    token: '',
    'token-url': '',
    'client-id': '',
    'client-secret': '',
    'token-scope': '',
    'token-audience': '',
    'client-certificate': '',
    'client-key': '',
    'ca-certificate': '',
    'verify-tls': 'true',
    headers: '',
    timeout: '60m',
    'long-poll': '30s',
    'poll-interval': '15s',
    'request-timeout': '30s',
    'unreachable-timeout': '5m',
    'fail-on': 'ERROR, PARTIAL_FAILURES',
    'fail-fast': 'false',
    'cancel-job': 'never',
    summary: 'true'
};
/** The inputs whose value is not the default. */
function givenInputs(value) {
    return Object.keys(INPUTS).filter(name => value(name) !== INPUTS[name]);
}

;// CONCATENATED MODULE: ./lib/inputs/inputs.js


function createInputs(raw) {
    const faults = [];
    const warnings = [];
    const secrets = [];
    const inputs = {
        environment: {},
        now: Date.now(),
        ...raw,
        value: name => raw.get(name).trim() || INPUTS[name],
        fault: (input, text) => {
            faults.push(`${input}: ${text}`);
            return null;
        },
        warn: text => warnings.push(text),
        keepSecret: (...texts) => secrets.push(...texts)
    };
    return { inputs, notes: { faults, warnings, secrets } };
}
/** ms. `least`: the shortest that is allowed. */
function readDuration({ value, fault }, name, least = 1) {
    const given = value(name);
    const ms = parseDuration(given);
    if (ms === null) {
        const example = 'write a number with a unit, such as 90s, 30m, 2h or 1h30m';
        fault(name, `${JSON.stringify(given)} is not a valid duration: ${example}`);
    }
    else if (ms < least) {
        fault(name, `${given} is too short: it must be ${least === 1 ? 'above 0s' : `at least ${formatDuration(least)}`}`);
    }
    return ms ?? 0;
}
function readBoolean({ value, fault }, name) {
    const given = value(name);
    const word = given.toLowerCase();
    if (word !== 'true' && word !== 'false')
        fault(name, `${JSON.stringify(given)} is neither true nor false`);
    return word !== 'false';
}

;// CONCATENATED MODULE: ./lib/http/proxy.js




/**
 * The proxy for a server, as curl and the runner read it from the environment: `https_proxy` or `http_proxy`, else
 * `all_proxy`, unless `no_proxy` names the host; each in lower case before upper case. The loopback is never asked of a
 * proxy, whose own machine it would mean there.
 */
function chooseProxy(origin, environment) {
    const url = new URL(origin);
    const names = [`${url.protocol.slice(0, -1)}_proxy`, 'all_proxy'];
    const given = names
        .flatMap(name => [name, name.toUpperCase()])
        .map(variable => ({ variable, address: environment[variable]?.trim() ?? '' }))
        .find(({ address }) => address !== '');
    if (given === undefined || isLoopback(url.hostname))
        return null;
    const noProxy = environment.no_proxy || environment.NO_PROXY || '';
    if (bypassesProxy(endpointOf(origin), noProxy))
        return null;
    return parseProxy(given.variable, given.address);
}
/** A proxy's address: without a scheme it is `http:`, as with curl. */
function parseProxy(variable, text) {
    const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url === null || url.hostname === '') {
        return { variable, fault: 'is not a valid proxy address: write it as http://proxy.example.com:3128' };
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return { variable, fault: `names a ${url.protocol} proxy, but only http: and https: are supported` };
    }
    const username = decodeOnce(url.username);
    const password = decodeOnce(url.password);
    return { origin: url.origin, variable, credentials: username || password ? { username, password } : null };
}
/**
 * Whether `NO_PROXY` keeps a host from the proxy, by curl's rules: names separated by commas or spaces, each of which
 * covers itself and every name that ends in `.name` (a leading `.` or `*.` changes nothing); `*` for all; IP addresses and CIDR
 * ranges. As Node and the runner have it, an entry may end in a port.
 */
function bypassesProxy({ host: given, port }, noProxy) {
    const host = bare(given);
    return noProxy
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean)
        .some(entry => {
        if (entry === '*')
            return true;
        const [, pattern = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
        return (only === undefined || Number(only) === port) && matches(host, pattern);
    });
}
function matches(host, pattern) {
    const [address = '', prefix] = bare(pattern).split('/');
    const family = (0,external_node_net_namespaceObject.isIP)(address);
    if (family === 0) {
        const name = address.replace(/^\*?\./, '');
        return name !== '' && (host === name || ((0,external_node_net_namespaceObject.isIP)(host) === 0 && host.endsWith(`.${name}`)));
    }
    if ((0,external_node_net_namespaceObject.isIP)(host) === 0)
        return false;
    const type = family === 4 ? 'ipv4' : 'ipv6';
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (!Number.isInteger(bits) || bits > (family === 4 ? 32 : 128))
        return false;
    const range = new external_node_net_namespaceObject.BlockList();
    range.addSubnet(address, bits, type);
    return range.check(host, (0,external_node_net_namespaceObject.isIP)(host) === 4 ? 'ipv4' : 'ipv6');
}
/** A host without brackets and without the dot of a fully qualified name. */
function bare(host) {
    return host.replace(/^\[(.*)\]/, '$1').replace(/\.$/, '');
}

;// CONCATENATED MODULE: ./lib/inputs/secrets.js

/** What must not be seen of a user name and password: the user name alone may. */
function basicSecrets(credentials) {
    return [credentials.password, basicPair(credentials)];
}
/** What must not be seen of a header's value: the whole, and what follows a scheme such as `Bearer`. */
function headerSecrets(value) {
    return [value, ...(/^\S+\s+(.+)$/.exec(value)?.slice(1) ?? [])];
}
/** The lines of a PEM text that give its content away. A short last line does not, and would mask too much. */
function pemSecrets(pem) {
    return pem
        .split(/\r\n|\r|\n/)
        .map(line => line.trim())
        .filter(line => line.length >= 8 && !line.includes('-----'));
}

;// CONCATENATED MODULE: ./lib/inputs/proxy.js


/** The proxy between the runner and a server, as the environment names it. */
function readProxy({ environment, fault, keepSecret }, { origin }) {
    const proxy = chooseProxy(origin, environment);
    if (proxy !== null && 'fault' in proxy)
        return fault(proxy.variable, proxy.fault);
    if (proxy?.credentials != null)
        keepSecret(...basicSecrets(proxy.credentials));
    return proxy;
}

;// CONCATENATED MODULE: ./lib/inputs/oauth.js




/** What `token-url` needs, and what makes no sense without it. */
const NEEDED = ['client-id', 'client-secret'];
const COMPANIONS = [...NEEDED, 'token-scope', 'token-audience'];
/** The other ways to give credentials. */
const OTHERS = ['username', 'password', 'token'];
/** The OAuth 2.0 client that the inputs describe; null for none, and where they are wrong. */
function readOAuth(inputs) {
    const { value, fault, keepSecret } = inputs;
    const [id, secret] = [value('client-id'), value('client-secret')];
    if (secret !== '')
        keepSecret(...clientSecrets({ id, secret }));
    const isGiven = (name) => value(name) !== '';
    if (!isGiven('token-url')) {
        for (const name of COMPANIONS)
            if (isGiven(name))
                fault(name, 'needs "token-url", which is not set');
        return null;
    }
    for (const name of NEEDED)
        if (!isGiven(name))
            fault(name, 'is not set, but "token-url" is');
    const other = OTHERS.find(isGiven);
    if (other !== undefined)
        fault('token-url', `cannot be combined with "${other}": use one of them`);
    const url = readTokenUrl(inputs);
    if (url === null)
        return null;
    const proxy = readProxy(inputs, url);
    const [scope, audience] = [value('token-scope'), value('token-audience')];
    return { origin: url.origin, path: `${url.pathname}${url.search}`, proxy, id, secret, scope, audience };
}
function readTokenUrl({ value, fault }) {
    const text = value('token-url');
    const url = parseUrl(text);
    if (url !== null && (url.username !== '' || url.password !== '')) {
        return fault('token-url', 'contains a user name or password: use "client-id" and "client-secret" instead');
    }
    if (url === null || !/^https?:$/.test(url.protocol) || url.hash !== '') {
        return fault('token-url', `${JSON.stringify(text)} is not the address of a token server: write it as https://…`);
    }
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
        return fault('token-url', `${url.origin} is http:, which would send "client-secret" in the clear: use https:`);
    }
    return url;
}

;// CONCATENATED MODULE: ./lib/inputs/trust.js




/** What the inputs say of certificates, checked as far as that can be done without the server. */
function readTrust(source, verify) {
    const authorities = readCertificates(source, 'ca-certificate');
    if (authorities.every(one => untimely(one, source.now) !== null)) {
        checkPeriod(source, 'ca-certificate', authorities[0]);
    }
    return { authorities: authorities.map(String), identity: readIdentity(source), verify };
}
function readIdentity(source) {
    const { value, fault } = source;
    const certificates = readCertificates(source, 'client-certificate');
    const key = readKey(source);
    const [first] = certificates;
    if (value('client-key') === '' && value('client-certificate') !== '') {
        return fault('client-key', 'is not set, although "client-certificate" is');
    }
    if (value('client-certificate') === '' && value('client-key') !== '') {
        return fault('client-certificate', 'is not set, although "client-key" is');
    }
    if (key === null || first === undefined)
        return null;
    const own = certificates.find(one => one.checkPrivateKey(key));
    if (own === undefined) {
        return fault('client-key', `does not match "client-certificate", which is that of ${subjectOf(first)}`);
    }
    checkPeriod(source, 'client-certificate', own);
    const chain = [own, ...certificates.filter(one => one !== own)];
    const identity = { certificates: chain.map(String), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
    const why = refusal(identity);
    return why === null ? identity : fault('client-certificate', `cannot be used with this key: ${why}`);
}
function readCertificates(source, input) {
    const pem = readPem(source, input);
    if (pem === null)
        return [];
    const certificates = parseCertificates(pem);
    if (typeof certificates !== 'string')
        return certificates;
    source.fault(input, certificates);
    return [];
}
function readKey(source) {
    const pem = readPem(source, 'client-key');
    if (pem === null)
        return null;
    source.keepSecret(...pemSecrets(pem));
    const key = parsePrivateKey(pem);
    return typeof key === 'string' ? source.fault('client-key', key) : key;
}
/** PEM text, or the content of a file; what was given is not repeated, for it may be a key that lacks its first line. */
function readPem({ value, readFile, fault }, input) {
    const given = value(input);
    if (given === '' || isPem(given))
        return given || null;
    try {
        return readFile(given);
    }
    catch (error) {
        const why = error instanceof Error && 'code' in error ? error.code : reasonOf(error);
        return fault(input, `is neither PEM text, with its -----BEGIN line, nor the path of a file that can be read (${why})`);
    }
}
function checkPeriod({ now, fault }, input, certificate) {
    const why = certificate === undefined ? null : untimely(certificate, now);
    if (why !== null)
        fault(input, `the certificate of ${subjectOf(certificate)} ${why}`);
}

;// CONCATENATED MODULE: ./lib/inputs/connection.js







/** `server` is null where `url` is wrong. `apis`: those that the server may have, the first of which says where they are. */
function readConnection(inputs, apis) {
    const server = readServer(inputs, apis);
    const credentials = readCredentials(inputs);
    const oauth = readOAuth(inputs);
    const headers = readHeaders(inputs);
    const verify = readBoolean(inputs, 'verify-tls');
    const trust = readTrust(inputs, verify);
    if (!verify) {
        inputs.warn('"verify-tls" is false: any certificate is accepted, and anyone on the network path can read and change everything');
    }
    const proxy = server === null ? null : readProxy(inputs, server);
    const requestTimeout = readDuration(inputs, 'request-timeout');
    const connection = { credentials, oauth, headers, trust, proxy, requestTimeout };
    if (server !== null)
        checkPrivacy({ ...connection, server }, inputs);
    return { ...connection, server };
}
function readServer({ value, fault }, apis) {
    const server = parseServer(value('url'), apis[0]?.defaultRoot);
    if (typeof server === 'string')
        return fault('url', server);
    const mistake = mistakeInUrl(server, apis);
    return mistake === null ? server : fault('url', mistake);
}
/** Why a path cannot be an API's root; null where it can. */
function mistakeInUrl({ origin, root }, apis) {
    const shown = JSON.stringify(root);
    for (const { naming } of apis) {
        if (naming.pages?.test(root))
            return `${shown} is the path of a web page, not of the API: use ${origin}`;
        const link = naming.link.exec(`${root}/x`) ?? naming.link.exec(root);
        const { key = '', under = '' } = link?.groups ?? {};
        if (link !== null && (key === 'x' || isKey(key, apis))) {
            const above = root.slice(0, link.index + under.length);
            return `${shown} is the path of jobs, not of the API: use ${origin}${above}, and give the job as "job-key"`;
        }
    }
    return null;
}
function isKey(text, apis) {
    return apis.some(({ naming }) => naming.key?.unique?.test(text));
}
function readCredentials({ get, value, fault, keepSecret }) {
    const username = value('username');
    const password = get('password');
    const given = value('token');
    const token = given.replace(/^Bearer(\s+|$)/i, '');
    keepSecret(token, ...(password === '' ? [] : basicSecrets({ username, password })));
    if (given !== '') {
        if (username !== '' || password !== '')
            return fault('token', 'cannot be combined with "username": use one of them');
        if (token === '')
            return fault('token', 'is empty after "Bearer"');
        return /^[\x21-\x7e]+$/.test(token)
            ? { token }
            : fault('token', 'contains a character that a bearer token cannot have');
    }
    if (username === '' && password === '')
        return null;
    if (password === '')
        return fault('password', 'is empty, but "username" is set');
    if (username === '')
        return fault('username', 'is empty, but "password" is set');
    if (username.includes(':'))
        return fault('username', 'contains a colon, which HTTP Basic does not allow');
    return { username, password };
}
function readHeaders({ get, value, fault, keepSecret }) {
    const { headers, faults } = parseHeaders(get('headers'));
    for (const text of faults)
        fault('headers', text);
    for (const [name, text] of Object.entries(headers))
        if (isCredential(name))
            keepSecret(...headerSecrets(text));
    if (headers.authorization !== undefined && (value('username') || value('token') || value('token-url'))) {
        fault('headers', 'Authorization cannot be combined with "username", "token" or "token-url": use one of them');
    }
    return headers;
}
function checkPrivacy({ server, credentials, oauth, headers, trust }, { fault, warn }) {
    if (server.origin.startsWith('https:'))
        return;
    if (trust.identity !== null)
        fault('client-certificate', 'cannot be used over http:: "url" must be https:');
    if (server.isPrivate)
        return;
    const hasCredentials = credentials !== null || oauth !== null;
    const secret = hasCredentials ? 'credentials' : Object.keys(headers).find(isCredential);
    if (secret === undefined) {
        warn(`${server.origin} is http:, so anyone on the network path can read and change the answers: use https:`);
    }
    else
        fault('url', `${server.origin} is http:, which would send ${secret} in the clear: use https:`);
}

;// CONCATENATED MODULE: ./lib/inputs/endings.js


const CANCEL_JOB = {
    never: [],
    'on-cancel': ['cancelled'],
    'on-timeout': ['timeout'],
    always: ['cancelled', 'timeout']
};
/** After which endings the server is asked to cancel the job. */
function readCancelOn({ value, fault }) {
    const given = value('cancel-job').toLowerCase();
    const chosen = Object.hasOwn(CANCEL_JOB, given) ? CANCEL_JOB[given] : undefined;
    const known = Object.keys(CANCEL_JOB).join(', ');
    return chosen ?? fault('cancel-job', `${JSON.stringify(given)} is not a valid choice: use one of ${known}`) ?? [];
}
/** The verdicts that fail the step. */
function readFailOn({ value, fault }) {
    const words = value('fail-on')
        .split(/[,\n]/)
        .map(word => word.trim())
        .filter(Boolean);
    const failing = VERDICTS.filter(verdict => verdict !== 'NORMAL');
    const chosen = failing.filter(verdict => words.some(word => asWord(word) === asWord(verdict)));
    const none = words.some(word => asWord(word) === 'none');
    const unknown = words.filter(word => asWord(word) !== 'none' && !failing.some(known => asWord(known) === asWord(word)));
    if (unknown.length > 0) {
        fault('fail-on', `${unknown.join(', ')}: no such verdict: use any of ${failing.join(', ')}, or NONE alone`);
    }
    else if (none && chosen.length > 0) {
        fault('fail-on', `NONE cannot be combined with ${chosen.join(', ')}: use it alone`);
    }
    return new Set(chosen);
}

;// CONCATENATED MODULE: ./lib/jobs/head.js
const STATUS_LINE = /\s*HTTP\/[\d.]+ +(\d{3})/y;
const END_OF_HEAD = /\n\r?\n|$/g;
const HEADER = /^([^\s:]+):(.*)$/gm;
/** The head of a response, the last one where a proxy has one of its own before it; null where the text has none. */
function headIn(text) {
    let head = null;
    for (let at = 0;; at = head.end) {
        STATUS_LINE.lastIndex = at;
        const [, status] = STATUS_LINE.exec(text) ?? [];
        if (status === undefined)
            return head;
        END_OF_HEAD.lastIndex = STATUS_LINE.lastIndex;
        END_OF_HEAD.exec(text);
        const end = Math.max(END_OF_HEAD.lastIndex, STATUS_LINE.lastIndex);
        const headers = [...text.slice(at, end).matchAll(HEADER)].map(([, name = '', value = '']) => [
            name.toLowerCase(),
            value.trim()
        ]);
        head = { status: Number(status), headers: Object.fromEntries(headers), end };
    }
}

;// CONCATENATED MODULE: ./lib/jobs/json-stream.js

const BETWEEN = /[\s\uFEFF]*/y;
const TOKEN = /[^"{}[\]]+|"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/suy;
/** Reads JSON objects and arrays one after the other, with any white space or byte order marks between them. */
function parseStream(text) {
    const values = [];
    let at = skip(text, 0);
    while (at < text.length) {
        const end = endOfValue(text, at);
        const value = end === null ? undefined : parseJson(text.slice(at, end));
        if (end === null || value === undefined)
            break;
        values.push(value);
        at = skip(text, end);
    }
    return { values, rest: text.slice(at), line: text.slice(0, at).split('\n').length };
}
function skip(text, at) {
    BETWEEN.lastIndex = at;
    BETWEEN.exec(text);
    return BETWEEN.lastIndex;
}
/** Where the object or array ends that starts at `at`; null where there is none, or no end of it. */
function endOfValue(text, at) {
    if (text[at] !== '{' && text[at] !== '[')
        return null;
    let depth = 0;
    TOKEN.lastIndex = at;
    for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
        if (token[0] === '{' || token[0] === '[')
            depth += 1;
        if (token[0] === '}' || token[0] === ']')
            depth -= 1;
        if (depth === 0)
            return TOKEN.lastIndex;
    }
    return null;
}

;// CONCATENATED MODULE: ./lib/jobs/bodies.js






/**
 * The body of the response that accepted a call, or several of them: one after the other, as a JSON array, or as Ansible
 * registers them.
 */
function fromBodies(text, place) {
    const head = headIn(text);
    // Without its content, the head still counts for the number of a line.
    const stream = parseStream(head === null ? text : withoutHead(text, head.end));
    const isBare = head !== null && stream.values.length === 0 && stream.rest === '';
    const fault = isBare ? null : faultIn(stream, place);
    if (fault !== null)
        return collect([{ fault }]);
    const bodies = isBare ? [{}] : stream.values.flatMap(value => (Array.isArray(value) ? value : [value]));
    const { status = 202, headers = {} } = head ?? {};
    const answers = bodies.flatMap(body => registered({ status, headers, body }, place));
    const named = collect(answers.flatMap(({ label, ...answer }) => referAll(answer, place, label)));
    const apis = named.references.slice(0, 1).map(({ api }) => api);
    const failed = answers.map(({ body }) => failedIn(asObject(body) ?? {}, apis)).find(one => one !== null);
    return { ...named, ...(failed && { failed }) };
}
function withoutHead(text, end) {
    return text.slice(0, end).replace(/[^\n]+/g, '') + text.slice(end);
}
/**
 * The answers in what Ansible registers: `json` of `uri`, `response` of NetApp's modules, and either of them in each of the
 * `results` of a loop, whose item is a label. Items that were skipped made no call.
 */
function registered(answer, place) {
    const object = asObject(answer.body);
    if (object === null || namesJob(answer, place))
        return [answer];
    if (!Array.isArray(object.results))
        return [registeredAnswer(answer, object)];
    return asObjects(object.results)
        .filter(({ skipped }) => skipped !== true)
        .map(result => ({ ...registeredAnswer(answer, result), label: labelOf(result) }));
}
/** `uri` registers each header beside the body, under its name with underscores for hyphens. */
function registeredAnswer({ status, headers }, result) {
    const flattened = Object.entries(result).map(([name, value]) => [name.replaceAll('_', '-'), asText(value)]);
    return { status, headers: { ...Object.fromEntries(flattened), ...headers }, body: registeredBody(result) };
}
function registeredBody(result) {
    return asObject(result.json) ?? asObject(result.response) ?? result;
}
function labelOf(result) {
    const item = result[asText(result.ansible_loop_var) || 'item'];
    return typeof item === 'string' ? item : undefined;
}
/** What is wrong with a text that should be JSON bodies and nothing else; null for nothing. */
function faultIn({ values, rest, line }, { apis }) {
    if (values.length > 0) {
        if (rest === '')
            return null;
        const code = /^\d{3}\s*$/.test(rest) ? ', the status code that curl -w writes' : '';
        return `is not only JSON: on line ${line} follows ${quote(rest.trim())}${code}`;
    }
    const text = rest.trim();
    if (text === '')
        return 'is empty';
    if (text === 'null')
        return 'is null, which jq and other tools print for a missing value: check what reads the body';
    if (/^[{[]/.test(text))
        return `is not valid JSON: it starts with ${quote(text)} and ends with ${quote(text.slice(-20))}`;
    if (/^<[!?a-z]/i.test(text))
        return `is HTML or XML, not JSON: it starts with ${quote(text)}`;
    if (apis.some(({ naming }) => naming.key?.unique?.test(text)))
        return 'is a key, not a body: give it as "job-key" instead';
    return 'is not a JSON object or array; its content is not shown, because it could be secret';
}

;// CONCATENATED MODULE: ./lib/jobs/keys.js




/** The lines of `job-key`: keys, UUIDs or links, percent-encoded or not, each after a label if it has one. */
function fromKeys(text, place) {
    const lines = text
        .split(/\r\n|\r|\n/)
        .map(line => line.trim())
        .filter(line => line !== '');
    if (/^[{[]/.test(lines[0] ?? '')) {
        return collect([{ fault: `is the JSON body ${quote(text.trim())}: give it as "response" instead` }]);
    }
    return collect(lines.map(line => referToLine(line, place)));
}
/** `vol_01 = 4ea7…`: white space is needed on both sides of the sign, since keys and links may hold one. */
const LABELLED = /^(?<label>\S.*)\s+=\s+(?<key>\S.*)$/;
function referToLine(line, place) {
    const { label, key: text = line } = LABELLED.exec(line)?.groups ?? {};
    const resource = resourceIn(text, place);
    if (resource !== null)
        return refer({ ...resource, label }, place);
    const link = linkIn(text, place.apis);
    const key = link?.key ?? decodeOnce(text);
    const mistake = mistakeIn(key, place) ?? (link === null ? mistakeOfForm(key, place) : null);
    if (mistake !== null)
        return { fault: `${quote(text)} ${mistake}` };
    const referred = refer({ ...(link ?? { key }), label }, place);
    if ('fault' in referred)
        return referred;
    const { api } = referred.reference;
    const own = api.naming.key;
    if (own === undefined || own.form.test(key))
        return referred;
    return { fault: `${quote(text)} is not the key of a job of ${api.title}, which is ${own.words}` };
}
/** What people write who mean a key, and what they should do about it. */
const MISTAKES = [
    [/^(null|undefined|none|nil)$/i, 'is what jq and other tools print for a missing value: check what reads the key'],
    [/\p{Cf}/u, 'has an invisible character in it: type the key, or copy it from somewhere else'],
    [/^["'`“”‘’]|["'`“”‘’]$/, 'is in quotes: leave them out'],
    [/^[-*•]\s/, 'starts with a bullet: leave it out'],
    [/[,;]$/, 'ends with a separator: write one key per line and nothing else']
];
function mistakeIn(text, { apis, api }) {
    const [, sentence] = MISTAKES.find(([pattern]) => pattern.test(text)) ?? [];
    const particular = (api === null ? apis : [api]).map(({ naming }) => naming.key?.mistake?.(text)).find(Boolean);
    return sentence ?? particular ?? null;
}
/** Mistakes in a text that is not a link to a job. */
function mistakeOfForm(text, { apis }) {
    const isKey = (part) => apis.some(({ naming }) => naming.key?.unique?.test(part));
    const parts = text.split(/[\s,;|]+/).filter(Boolean);
    if (parts.length > 1 && parts.every(isKey))
        return 'has several keys on one line: write one per line';
    if (isKey(text.slice(text.indexOf('=') + 1))) {
        return text.includes('=') ? 'has a label: write white space on both sides of "="' : null;
    }
    return /^[a-z]+:\/\/|^[\\/]/i.test(text) ? 'is a link, but not to a job' : null;
}

;// CONCATENATED MODULE: ./lib/jobs/query.js

/** What shapes the list rather than choosing from it. */
const query_RESERVED = ['fields', 'max_records', 'offset', 'order_by', 'return_timeout', 'return_records'];
/**
 * `name=Create*&submit_time=>2026-01-01` with its values encoded, or what is wrong with it: a sentence. `|`, `*` and the
 * comparisons at a value's start are the API's own words and stay.
 */
function parseFilter(text) {
    const filters = text.split(/[&\n]/).map(part => part.trim());
    const wrong = filters.find(filter => !/^[A-Za-z_][\w.]*=./.test(filter));
    if (wrong !== undefined)
        return `${JSON.stringify(wrong)} is not a valid filter: write name=value, several joined by "&"`;
    const reserved = filters.map(filter => filter.replace(/=.*/, '')).filter(name => query_RESERVED.includes(name));
    if (reserved.length > 0)
        return `${reserved.join(', ')} cannot be set: filter only by the jobs' own fields`;
    return { query: filters.map(encodeFilter).join('&') };
}
function encodeFilter(filter) {
    const [name = '', ...value] = filter.split('=');
    return `${name}=${encodeQuery(value.join('=').toWellFormed()).replaceAll('%7C', '|').replaceAll('%2A', '*')}`;
}

;// CONCATENATED MODULE: ./lib/inputs/source.js








const SOURCES = ['job-key', 'response', 'response-file', 'request', 'job-query'];
/** What goes with `request` alone. */
const OF_REQUEST = ['request-body', 'return-timeout'];
/** Reads the one input of five that says where the jobs come from; null where there are faults. */
function readSource(inputs) {
    const { value, place, fault } = inputs;
    const given = SOURCES.filter(name => value(name) !== '');
    const [source, ...others] = given;
    if (source === undefined)
        return fault('job-key', `no job is given: set one of ${SOURCES.map(name => `"${name}"`).join(', ')}`);
    if (others.length > 0)
        return fault(source, `cannot be combined with ${others.join(' and ')}: set exactly one of them`);
    if (source !== 'request') {
        for (const name of OF_REQUEST)
            if (value(name) !== '')
                fault(name, 'needs "request", which is not set');
    }
    switch (source) {
        case 'request':
            return readCall(inputs);
        case 'job-query':
            return readQuery(inputs);
        case 'job-key':
            return jobs(source, fromKeys(value(source), place));
        case 'response':
            return jobs(source, fromBodies(value(source), place));
        case 'response-file': {
            const body = readText(source, value(source), inputs);
            return body === null ? null : jobs(source, fromBodies(body, place));
        }
    }
    function jobs(name, { references, faults, failed }) {
        for (const text of faults)
            fault(name, text);
        return { kind: 'jobs', references, ...(failed && { failed }) };
    }
}
function readCall(inputs) {
    const { value, place, fault } = inputs;
    const parsed = parseCall(value('request'), place);
    const body = readCallBody(inputs);
    if (typeof parsed === 'string')
        return fault('request', parsed);
    if (place.until !== undefined && !place.until.operation.isStartedBy(splitCall(parsed.path, place).rest)) {
        fault('until', `waits for a ${place.until.operation.title}, which ${parsed.method} ${parsed.path} does not start`);
    }
    const hold = inputs.returnTimeout;
    if (hold === null)
        return { kind: 'call', call: { ...parsed, body, hold: 0 }, place };
    const api = apiOfCall(parsed, place);
    const [able] = (api === undefined ? place.apis : [api]).filter(({ returnTimeout }) => returnTimeout !== undefined);
    if (able?.returnTimeout === undefined) {
        const titles = place.apis.flatMap(({ title, returnTimeout }) => (returnTimeout === undefined ? [] : [title]));
        return fault('return-timeout', `is set for a call to ${api?.title}: only ${titles.join(', ')} supports it`);
    }
    const { longest, query } = able.returnTimeout;
    if (hold > longest) {
        const most = formatDuration(longest);
        return fault('return-timeout', `${value('return-timeout')} is too long: ${able.title} accepts 0s to ${most}`);
    }
    const path = `${parsed.path}${parsed.path.includes('?') ? '&' : '?'}${query(hold)}`;
    return { kind: 'call', call: { ...parsed, path, body, hold }, place };
}
/** JSON text, of which nothing is ever shown. */
function readCallBody(inputs) {
    const given = inputs.value('request-body');
    if (given === '')
        return null;
    const text = given.startsWith('@') ? readText('request-body', given.slice(1), inputs) : given;
    if (text === null || parseJson(text) !== undefined)
        return text;
    return inputs.fault('request-body', 'is not valid JSON: write JSON, or @ and the path of a file that contains it');
}
function readQuery({ value, place, fault }) {
    if (place.until !== undefined)
        fault('until', 'cannot be combined with "job-query", which does not start the jobs');
    const parsed = parseFilter(value('job-query'));
    if (typeof parsed === 'string')
        return fault('job-query', parsed);
    const api = place.api ?? apiOfRoot(place);
    if (api === undefined) {
        const names = place.apis.filter(({ list }) => list !== undefined).map(({ name }) => name);
        return fault('job-query', `needs "api": set it to ${names.join(' or ')}`);
    }
    const { list } = api;
    if (list?.search === undefined)
        return fault('job-query', `${api.title} has no list of jobs to query`);
    const path = `${place.root}${list.search.matching(parsed.query)}`;
    return { kind: 'query', api, list, root: place.root, path };
}
function readText(name, path, { readFile, fault }) {
    try {
        return readFile(path);
    }
    catch (error) {
        return fault(name, `${JSON.stringify(path)} cannot be read: ${reasonOf(error)}`);
    }
}

;// CONCATENATED MODULE: ./lib/inputs/until.js

/** The `until` input, `volume-move` or `snapmirror=broken_off`, or what is wrong with it: a sentence. */
function parseUntil(text, { apis, api }) {
    const [name, ...rest] = text.split('=').map(part => part.trim().toLowerCase());
    const able = apis.filter(({ operations }) => operations !== undefined);
    if (api !== null && api.operations === undefined) {
        return `is only for jobs of ${able.map(({ title }) => title).join(', ')}, but "api" says ${api.name}`;
    }
    const operations = apis.flatMap(one => one.operations ?? []);
    const operation = operations.find(one => one.name === name);
    if (operation === undefined) {
        const names = operations.map(one => one.name).join(', ');
        return `${JSON.stringify(text)} is not an operation that can be awaited: use one of ${names}`;
    }
    if (rest.length === 0)
        return { operation, target: null, key: null, since: null };
    if (operation.targets === undefined)
        return `${name} takes no state: leave out what follows it`;
    const state = rest.join('=');
    const target = operation.targets.find(one => one === asWord(state));
    if (target === undefined) {
        const states = operation.targets.join(', ');
        return `${JSON.stringify(state)} is not a state of a ${operation.title}: use one of ${states}`;
    }
    return { operation, target, key: null, since: null };
}

;// CONCATENATED MODULE: ./lib/inputs/settings.js







/** Reads and checks every input. Nothing is sent anywhere; no secret is repeated. */
function readInputs(raw) {
    const { inputs, notes } = createInputs(raw);
    const { value } = inputs;
    const api = readApi(inputs);
    const { server, ...connection } = readConnection(inputs, api === null ? APIS : [api]);
    const returnTimeout = value('return-timeout') === '' ? null : readDuration(inputs, 'return-timeout', 0);
    const place = readPlace(inputs, { apis: APIS, api, root: server?.root ?? '/api' });
    const source = readSource({ ...inputs, returnTimeout, place });
    const rules = {
        timeout: readDuration(inputs, 'timeout'),
        longPoll: readDuration(inputs, 'long-poll', 0),
        pollInterval: readDuration(inputs, 'poll-interval', 1_000),
        unreachableTimeout: readDuration(inputs, 'unreachable-timeout')
    };
    const judgement = {
        rules,
        waits: readWait(inputs),
        failOn: readFailOn(inputs),
        failFast: readBoolean(inputs, 'fail-fast'),
        cancelOn: readCancelOn(inputs)
    };
    const summary = readBoolean(inputs, 'summary');
    const { faults, warnings, secrets } = notes;
    if (faults.length > 0 || server === null || source === null)
        return { faults, summary, secrets };
    const given = givenInputs(value);
    return { settings: { source, server, ...connection, ...judgement, summary, warnings, given }, secrets };
}
/** null for `auto`. */
function readApi({ value, fault }) {
    const given = value('api').toLowerCase();
    if (given === 'auto')
        return null;
    const names = ['auto', ...APIS.map(({ name }) => name)].join(', ');
    return apiNamed(given) ?? fault('api', `${JSON.stringify(given)} is not a known API: use one of ${names}`);
}
function readPlace({ value, fault }, place) {
    const given = value('until');
    if (given === '')
        return place;
    const until = parseUntil(given, place);
    if (typeof until !== 'string')
        return { ...place, until };
    fault('until', until);
    return place;
}
function readWait(inputs) {
    const { value, fault } = inputs;
    const waits = readBoolean(inputs, 'wait');
    if (!waits && value('request') === '') {
        fault('wait', 'false needs "request", which is not set');
    }
    else if (!waits && value('until') !== '') {
        fault('wait', 'false cannot be combined with "until", which waits for more than the job');
    }
    return waits;
}

;// CONCATENATED MODULE: ./lib/time/instant.js
/** A moment in epoch ms as a person reads it, in UTC: `2025-11-05 14:00:00`. */
function formatInstant(epoch) {
    return new Date(epoch).toISOString().slice(0, 19).replace('T', ' ');
}
/** From one moment to another: `14:00:00 to 14:02:02 UTC`, with the dates where they differ. */
function formatPeriod(from, to) {
    const [start, end] = [formatInstant(from), formatInstant(to)];
    const isOneDay = start.slice(0, 10) === end.slice(0, 10);
    return `${[start, end].map(moment => (isOneDay ? moment.slice(11) : moment)).join(' to ')} UTC`;
}

;// CONCATENATED MODULE: ./lib/text/uuids.js
const uuids_UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
const SHORT = 8;
/**
 * Shortens the UUIDs in the texts of one output to their first 8 characters, wherever the same one stood there in full
 * before. One that starts like another that came before it stays whole.
 */
function createShortener() {
    const full = new Map();
    return text => text.replace(uuids_UUID, uuid => {
        const start = uuid.slice(0, SHORT).toLowerCase();
        const known = full.get(start);
        if (known === undefined)
            full.set(start, uuid.toLowerCase());
        return known === uuid.toLowerCase() ? `${uuid.slice(0, SHORT)}…` : uuid;
    });
}

;// CONCATENATED MODULE: ./lib/report/log-lines.js


/** A heartbeat is printed when nothing else was for this long, in ms. */
const HEARTBEAT = MINUTE;
/** The least time between two lines of mere progress, in ms. */
const LEAST_BETWEEN_PROGRESS = 5_000;
/** `keys` have been printed before. */
function createLogLines(keys, printer) {
    const shortenUuids = createShortener();
    for (const key of keys)
        shortenUuids(key);
    let printedAt = Number.NEGATIVE_INFINITY;
    return {
        print: (elapsed, text) => {
            printedAt = elapsed;
            printer.info(`[${formatDuration(elapsed)}] ${shortenUuids(text)}`);
        },
        list: (title, lines) => printList(title, lines.map(shortenUuids), printer),
        isQuiet: elapsed => elapsed - printedAt >= HEARTBEAT,
        isDue: elapsed => elapsed - printedAt >= Math.min(Math.max(LEAST_BETWEEN_PROGRESS, elapsed / 10), HEARTBEAT)
    };
}
function printList(title, lines, { startGroup, info, endGroup }) {
    startGroup(title);
    for (const line of lines)
        info(`  ${line}`);
    endGroup();
}

;// CONCATENATED MODULE: ./lib/report/operations.js

/** What a person calls the operation that was awaited, after the success of a job or by a link alone; null for a job. */
function operationOf({ reference, isBeyond }) {
    const title = isBeyond ? reference.until?.operation.title : reference.api.shows?.title;
    return title ?? null;
}
/** What several of them are called together: `volume moves`, or `jobs` where they are not all of one kind. */
function nounOf(all) {
    const [first = null, ...others] = new Set(all.map(operationOf));
    return first === null || others.length > 0 ? 'jobs' : `${first}s`;
}
/** The resource whose state showed the end of the operation; null where a job was awaited. */
function resourceOf({ reference, ending, isBeyond }) {
    if (!isBeyond)
        return reference.api.shows === undefined ? null : reference;
    return ending.job && reference.until ? resourceAfter(ending.job, reference, reference.until) : null;
}

;// CONCATENATED MODULE: ./lib/report/announce.js





/** With more jobs than this, they are listed in a group, and their states are counted rather than printed one by one. */
const MANY = 10;
/** Prints what is awaited, where, until when and how; `wall` is the time in epoch ms. */
function announce({ references, names, server, proxy, rules }, wall, printer) {
    const [first] = references;
    if (first === undefined)
        return;
    const named = references.map(reference => `${names.handleOf(reference)} ${plainText(reference.key, 200)}`.trim());
    const operation = operationOf({ reference: first });
    const noun = operation === null ? 'job' : `the ${operation}`;
    const all = nounOf(references.map(reference => ({ reference })));
    const what = references.length === 1 ? `${noun} ${named[0]}` : `${references.length} ${all}`;
    const through = proxy === null ? '' : ` through the proxy ${proxy.origin} (${proxy.variable})`;
    printer.info(`Waiting for ${what} (${first.api.title}) at ${server.origin}${server.root}${through}`);
    const until = formatInstant(wall + rules.timeout);
    printer.info(`Timeout ${formatDuration(rules.timeout)}, at ${until} UTC; checking now, then ${pollsOf(first, rules)}`);
    if (references.length > MANY)
        printList('The jobs', named, printer);
    else if (references.length > 1)
        for (const name of named)
            printer.info(`  ${name}`);
}
function pollsOf({ api }, { longPoll, pollInterval }) {
    const polls = `every 1s to ${formatDuration(pollInterval)}`;
    const isTried = api.longestHold !== undefined && longPoll > 0;
    return isTried
        ? `long-polling for up to ${formatDuration(longPoll)} where the server supports it, otherwise ${polls}`
        : polls;
}

;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!fs.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    fs.appendFileSync(filePath, `${toCommandValue(message)}${os.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var auth_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(os.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./lib/runner/outputs.js



/** Every output, as `action.yml` declares them. */
const OUTPUTS = [
    'outcome',
    'state',
    'result',
    'job',
    'jobs',
    'key',
    'message',
    'error-code',
    'elapsed-seconds',
    'status-code'
];
/** What an entry of the output `jobs` has in addition to members that are called as outputs are. */
const ENTRY_MEMBERS = ['api', 'label', 'requests', 'url'];
const COUNTS = ['elapsed-seconds', 'status-code'];
const JSON_OUTPUTS = ['result', 'job', 'jobs'];
/** Words of the action itself: a text that is one of them, and no more, gives nothing away. */
const OWN_WORDS = [
    ...OUTCOMES,
    ...VERDICTS,
    ...APIS.map(({ name }) => name),
    ...OUTPUTS,
    ...ENTRY_MEMBERS
];
/**
 * An output with its secrets redacted: JSON stays valid JSON, and counts, the action's own words, and `states`, which are
 * those of the jobs that their API is known to use, stay as they are.
 */
function redactOutput(name, value, states, redact) {
    const isOwn = (text) => OWN_WORDS.includes(text) || states.includes(text);
    if (COUNTS.includes(name) || isOwn(value))
        return value;
    if (!JSON_OUTPUTS.includes(name))
        return redact(value);
    return value.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, literal => {
        const text = JSON.parse(literal);
        return isOwn(text) ? literal : JSON.stringify(redact(text));
    });
}

;// CONCATENATED MODULE: ./lib/text/html.js
const ENTITIES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;'
};
function escapeHtml(text) {
    return text.replace(/[&<>"']/g, character => ENTITIES[character]);
}

;// CONCATENATED MODULE: ./lib/runner/redact.js


const MASK = '***';
/** In characters: a shorter secret is redacted only where it stands alone, and a shorter start of one is not recognized. */
const redact_SHORT = 4;
/** Redacts secrets of any number and length in the forms that docs/security.md lists, also where `…` cuts them off. */
function createRedact(secrets) {
    let forms;
    return text => {
        try {
            forms ??= [...new Set(secrets.flatMap(formsOf))].filter(form => form.trim() !== '');
            return mask(text, forms);
        }
        catch {
            return MASK;
        }
    };
}
/** The secret, also as Node reads it in a header, and its Base64: encoded, and quoted once or twice as messages do it. */
function formsOf(secret) {
    const bytes = Buffer.from(secret);
    const texts = [secret.toWellFormed(), bytes.toString('latin1'), bytes.toString('base64')];
    return [secret, ...texts.flatMap(encodingsOf)].flatMap(form => [form, quoted(form), quoted(quoted(form))]);
}
/** A text as it is, on one line, in JSON, percent-encoded, and in HTML. */
function encodingsOf(text) {
    const percent = [encodeURIComponent(text), encodeURI(text), new URLSearchParams([['', text]]).toString().slice(1)];
    const lowerCase = percent.map(form => form.replace(/%../g, code => code.toLowerCase()));
    const html = escapeHtml(text);
    const otherHtml = [html.replaceAll('&quot;', '&#34;'), html.replaceAll('&#39;', '&#x27;')];
    return [text, plainText(text, Number.POSITIVE_INFINITY), quoted(text), ...percent, ...lowerCase, html, ...otherHtml];
}
const quoted = (text) => JSON.stringify(text).slice(1, -1);
function mask(text, forms) {
    const spans = forms.flatMap(form => [...spansOf(form, text)]).sort(([one], [other]) => one - other);
    let shown = '';
    let at = 0;
    for (const [from, to] of spans) {
        if (from >= at)
            shown += text.slice(at, from) + MASK;
        at = Math.max(at, to);
    }
    return shown + text.slice(at);
}
/** Where a form is, whole or cut off. */
function* spansOf(form, text) {
    const head = form.slice(0, redact_SHORT);
    for (let from = text.indexOf(head); from !== -1; from = text.indexOf(head, from + 1)) {
        let to = from + head.length;
        while (to < from + form.length && text[to] === form[to - from])
            to += 1;
        const isWhole = to === from + form.length;
        const isSecret = form.length >= redact_SHORT || !/[\p{L}\p{N}]/u.test(`${text[from - 1] ?? ''}${text[to] ?? ''}`);
        if (isWhole ? isSecret : text[to] === '…')
            yield [from, to];
    }
}

;// CONCATENATED MODULE: ./lib/runner/toolkit.js



const toolkit_getInput = (name) => getInput(name);
/** Makes a text safe to show; for what is written to the runner without the functions below. */
let redact = text => createRedact(allGiven())(text);
let known = [];
/** From here on, these secrets too are redacted here and masked by the runner. */
function protect(secrets) {
    known = [...known, ...secrets];
    redact = createRedact(known);
    for (const form of new Set(secrets.filter(Boolean).flatMap(maskForms)))
        core_setSecret(form);
}
/** Before it is known which inputs are secret, all of them are, and each part of a header or of a proxy's address. */
function allGiven() {
    const given = Object.entries(process.env).filter(([name]) => /^INPUT_|_proxy$/i.test(name));
    const parts = given.flatMap(([, value = '']) => [value, ...value.split(/[\s:/@]+/)]);
    return parts.filter(part => !/^https?$/.test(part));
}
/** The forms in which the runner masks a secret: as it is, percent-encoded, and in Base64. */
function maskForms(secret) {
    return [secret, encodeURIComponent(secret.toWellFormed()), Buffer.from(secret).toString('base64')];
}
const toolkit_debug = (text) => core_debug(redact(text));
const toolkit_info = (text) => info(redact(text));
const toolkit_notice = (text, properties) => notice(redact(text), properties);
const toolkit_warning = (text, properties) => warning(redact(text), properties);
const toolkit_error = (text, properties) => error(redact(text), properties);
const toolkit_startGroup = (name) => startGroup(redact(name));
const toolkit_endGroup = () => endGroup();
/** An output's value, safe to write. `states`: those of the jobs that their API is known to use. */
const redactedOutput = (name, value, states) => redactOutput(name, value, states, redact);

;// CONCATENATED MODULE: ./lib/runner/files.js




/**
 * Writes the step's outputs. The verdict does not depend on them: never throws. `states`: those of the
 * jobs that their API is known to use.
 */
function writeOutputs(outputs, { debug, warning }, states = []) {
    const file = process.env.GITHUB_OUTPUT;
    if (!file) {
        debug('GITHUB_OUTPUT is not set: no outputs are written');
        return;
    }
    try {
        (0,external_node_fs_.appendFileSync)(file, Object.entries(outputs)
            .map(([name, value]) => entryOf(name, redactedOutput(name, value, states)))
            .join(''));
    }
    catch (error) {
        warning(`The outputs could not be written: ${reasonOf(error)}`);
    }
}
/** Appends to the job summary, where the runner takes one: never throws. */
function writeSummary(markdown, { debug, info }) {
    const file = process.env.GITHUB_STEP_SUMMARY;
    if (!file) {
        debug('GITHUB_STEP_SUMMARY is not set: no summary is written');
        return;
    }
    try {
        (0,external_node_fs_.appendFileSync)(file, redact(markdown));
    }
    catch (error) {
        info(`The job summary could not be written: ${reasonOf(error)}`);
    }
}
/**
 * An output as the runner reads it: a delimiter, the value, and the delimiter again, which the value does not hold. Written
 * here, and all at once, because `@actions/core` opens the file for each and loads `node:crypto` for a random delimiter.
 */
function entryOf(name, shown) {
    let delimiter = 'ghadelimiter_';
    while (shown.includes(delimiter))
        delimiter += delimiter;
    return [`${name}<<${delimiter}`, shown, delimiter, ''].join(external_node_os_namespaceObject.EOL);
}

;// CONCATENATED MODULE: ./lib/report/conclusion.js

/** Judges the endings by the verdicts that fail the step; an ending without a verdict always does. */
function conclude(awaited, failOn, context) {
    const [worst] = worstFirst(awaited);
    const failed = worstFirst(awaited.filter(({ ending }) => fails(ending.outcome, failOn)));
    const level = failed.length > 0 ? 'error' : awaited.every(isPlain) ? 'info' : 'warning';
    return { awaited, worst, failed, level, ...context };
}
/** Whether there is nothing to say of an ending but that it passes. */
function isPlain({ ending }) {
    return ending.outcome === 'accepted' || (ending.outcome === 'success' && ending.unread === undefined);
}
/** The worst ending first; those that are equal keep their order. */
function worstFirst(all) {
    return all.toSorted((one, other) => OUTCOMES.indexOf(one.ending.outcome) - OUTCOMES.indexOf(other.ending.outcome));
}
/** Whether the job may still be running; a job that was cancelled may have been seen to end after its wait. */
function mayBeRunning({ ending }) {
    return ENDINGS[ending.outcome].mayBeRunning && !ending.job?.over;
}
/** What how many jobs did, the best first: `4 succeeded, 2 failed`. */
function countEndings(awaited) {
    const counts = tally(awaited.map(({ ending }) => ending.outcome));
    return OUTCOMES.toReversed()
        .filter(outcome => counts.has(outcome))
        .map(outcome => `${counts.get(outcome)} ${ENDINGS[outcome].did}`)
        .join(', ');
}
/** How often each word occurs, in the order of their first occurrence. */
function tally(words) {
    const counts = new Map();
    for (const word of words)
        counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
}

;// CONCATENATED MODULE: ./lib/report/wording.js






/** A few words on how the step ended, in the action's own words only: nothing in them comes from the server. */
function titleOf({ awaited, failed, worst, level }) {
    if (awaited.length === 1) {
        if (worst.ending.outcome === 'unrecognized' && worst.ending.job?.over)
            return 'The result of the job is unknown';
        if (isUnread(worst))
            return 'The call is done, but its job could not be read';
        return ENDINGS[worst.ending.outcome].title.replace('job', operationOf(worst) ?? 'job');
    }
    if (isLeft(worst))
        return `The server accepted the call; its ${awaited.length} jobs are not awaited`;
    if (level !== 'error') {
        return `All ${awaited.length} ${nounOf(awaited)} ${level === 'info' ? ENDINGS[worst.ending.outcome].did : 'passed'}`;
    }
    const awaitedToTheEnd = failed.filter(({ ending }) => ending.outcome !== 'cancelled');
    const counted = awaitedToTheEnd.length > 0 ? awaitedToTheEnd : failed;
    const [did, ...others] = new Set(counted.map(({ ending }) => ENDINGS[ending.outcome].did));
    return `${counted.length} of ${awaited.length} ${nounOf(awaited)} ${others.length === 0 ? did : 'did not succeed'}`;
}
/** What how many jobs did, and when: `7 succeeded, 1 failed in 2m 5s (05:23:10 to 05:25:15 UTC)`. */
function tallyOf(conclusion) {
    return `${countEndings(conclusion.awaited)} in ${timeOf(conclusion)}`;
}
/** How long the wait took, and when that was: `2m 5s (05:23:10 to 05:25:15 UTC)`. */
function timeOf({ startedAt, elapsed }) {
    return `${formatDuration(elapsed)} (${formatPeriod(startedAt, startedAt + elapsed)})`;
}
/** What happened and why, in one line. */
function wording_messageOf(conclusion) {
    const { awaited, worst, level } = conclusion;
    if (awaited.length === 1)
        return sentenceOf(worst);
    if (isLeft(worst))
        return titleOf(conclusion);
    if (level === 'info')
        return `${titleOf(conclusion)} in ${timeOf(conclusion)}`;
    return `${titleOf(conclusion)}: ${tallyOf(conclusion)}. The worst: ${sentenceOf(worst)}`;
}
/**
 * How the wait for a job ended and why, in one line. `said` is what the server said of a job that has ended: by default,
 * all that it did.
 */
function sentenceOf(named, said = named.ending.job?.message ?? '') {
    const { ending } = named;
    if ('reason' in ending)
        return capitalized(openSentence(named, ending));
    const { outcome, job, unread } = ending;
    if (unread !== undefined)
        return capitalized(`${wording_subjectOf(named, job)} ${ENDINGS[outcome].did}${BY_CALL}${plainText(unread)}`);
    const code = job.errorCode && `, code ${plainText(job.errorCode, 50)}`;
    const headline = capitalized(`${wording_subjectOf(named, job)} ${ENDINGS[outcome].did} (${stateOf(job)}${code})`);
    const why = outcome === 'success' ? '' : plainText(said) || silenceOf(job);
    return why === '' ? `${headline}: ${timesOf(named)}` : `${headline}: ${why} (${timesOf(named)})`;
}
const BY_CALL = ', according to the answer to the call. Whether it ended with a warning is unknown, because the job itself could not be read: ';
/** Whether the job is left to a later step. */
function isLeft({ ending }) {
    return ending.outcome === 'accepted';
}
function isUnread({ ending }) {
    return !('reason' in ending) && ending.unread !== undefined;
}
/** What to say of a job that did not succeed though the server did not say why; else ''. */
function silenceOf({ message, failures }) {
    return message === '' && failures.length === 0 ? 'the server gave no reason; see its event log' : '';
}
/**
 * `job 1cd8… (POST /api/storage/volumes)`, `#3 (Creating volume "vol_3", POST /api/storage/volumes, 1cd8…)`, or the operation
 * that such a job started: `the volume move of #3 (…)`; by a link alone, `the volume move 4ea7… (vol_3)`.
 */
function wording_subjectOf(named, job) {
    const { reference, handle, resource, progress } = named;
    const key = plainText(reference.key, 200);
    const about = [withoutPeriod(progress) || resource, plainText(job?.name ?? '', 120), handle === '' ? '' : key].filter(Boolean);
    const operation = operationOf(named);
    const noun = operation === null || named.isBeyond ? 'job' : `the ${operation}`;
    const subject = `${handle || `${noun} ${key}`}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
    return named.isBeyond ? `the ${operation} of ${subject}` : subject;
}
function stateOf({ state, stale }) {
    return stale ? 'not started' : plainText(state, 50) || 'no state';
}
/** How long the job ran by the server's own times, where it gave them, and how long it was awaited. */
function timesOf({ ending, elapsed }) {
    const ran = ranFor(ending.job);
    return [ran === null ? '' : `ran ${formatDuration(ran)}`, `waited ${formatDuration(elapsed)}`]
        .filter(Boolean)
        .join(', ');
}
/** In ms; null where the server did not say when the job started and ended. */
function ranFor(job) {
    if (job?.startedAt == null || job.endedAt === null || job.endedAt < job.startedAt)
        return null;
    return job.endedAt - job.startedAt;
}
/** What was last seen of a job, and how long before its wait ended. */
function lastSeen({ elapsed, seenAt, ending }) {
    const { job } = ending;
    if (job === null)
        return 'The server never showed it';
    const message = plainText(job.message, 300);
    return `Last seen ${stateOf(job)}, ${sinceSeen(elapsed, seenAt)} earlier${message && `: ${message}`}`;
}
/** What a failed task said. */
function taskSentence({ task, reason }) {
    return task === '' ? reason : `${task}: ${reason}`;
}
/** What the server said of a job, with no text twice: its message, and the failed tasks that the message leaves out. */
function wording_whyOf({ message, failures }) {
    const lines = failures.map(taskSentence);
    const reasons = failures.map(({ reason }) => reason);
    if (failures.length > 0 && [lines, reasons].some(texts => texts.join('; ') === message)) {
        return { message: '', failures };
    }
    return { message, failures: failures.filter(({ reason }) => !message.includes(reason)) };
}
const OPEN_SENTENCES = {
    timeout: (job, after) => `${job} did not finish in ${after}`,
    'not-found': job => `${job} was not found`,
    lost: job => `The server no longer knows ${job}, so its result is unknown`,
    unauthorized: job => `The server did not allow ${job} to be read`,
    unreachable: job => `The server gave no usable answer about ${job}`,
    unrecognized: (job, after) => `The state of ${job} is unknown after ${after}`,
    accepted: job => `The server accepted the call as ${job}, which is not awaited`,
    cancelled: (job, after) => `The wait for ${job} ended after ${after}, before the job finished`
};
function openSentence(named, { outcome, reason, job }) {
    const subject = wording_subjectOf(named, job);
    const hasEnded = outcome === 'unrecognized' && job?.over;
    const sentence = hasEnded
        ? `${subject} finished, but its result cannot be determined`
        : OPEN_SENTENCES[outcome](subject, formatDuration(named.elapsed));
    const why = withoutPeriod(plainText(reason));
    const isSeen = outcome !== 'not-found' && outcome !== 'accepted';
    const more = hasEnded ? saidBy(job) : isSeen ? lastSeen(named) : '';
    return [`${sentence}${why && `: ${why}`}`, more].filter(Boolean).join('. ');
}
function saidBy({ message }) {
    const said = plainText(message, 300);
    return said && `The server said: ${said}`;
}
function sinceSeen(elapsed, seenAt) {
    const age = elapsed - (seenAt ?? elapsed);
    return age < 1_000 ? 'a moment' : formatDuration(age);
}
/** The text, to be followed by more of the same sentence. */
function withoutPeriod(text) {
    return text.replace(/(?<!\.)\.$/, '');
}
/** A sentence that may start with the subject "job …" or "the … of job …". A handle stays as it is. */
function capitalized(text) {
    return /^(job|the) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

;// CONCATENATED MODULE: ./lib/report/outputs.js







/** GitHub keeps 1 MB of outputs for a whole job; in bytes, what ours may take of it: `jobs` gets what the others leave. */
const outputs_LONGEST = { all: 950_000, key: 150_000, job: 200_000, result: 150_000 };
const LONGEST_MESSAGE = 4_000;
const LONGEST_STATE = 200;
/** The outputs of a wait. */
function outputsOf(conclusion, { origin }) {
    const { awaited, worst, elapsed } = conclusion;
    const { outcome, job: last } = worst.ending;
    const keys = fitting(awaited, ({ reference }) => reference.key, outputs_LONGEST.key, sizeOf);
    const key = { text: keys.kept.join('\n'), cut: keys.left > 0 };
    const job = boundedJson(shownJob(conclusion), outputs_LONGEST.job);
    const result = boundedJson(last?.result ?? {}, outputs_LONGEST.result);
    const taken = sizeOf(key.text) + sizeOf(job.json) + sizeOf(result.json) + 4 * LONGEST_MESSAGE;
    const jobs = boundedList(awaited, entryForms(origin), outputs_LONGEST.all - taken);
    const cut = Object.entries({ jobs, job, result, key }).flatMap(([name, output]) => (output.cut ? [name] : []));
    const note = cut.length === 0 ? '' : ` (shortened to fit: ${cut.join(', ')})`;
    return {
        outcome,
        state: plainText(last?.state ?? '', LONGEST_STATE),
        result: result.json,
        job: job.json,
        jobs: jobs.json,
        key: key.text,
        message: `${shorten(createShortener()(wording_messageOf(conclusion)), LONGEST_MESSAGE - note.length)}${note}`,
        'error-code': plainText(errorCodeOf(worst.ending), LONGEST_STATE),
        'elapsed-seconds': seconds(elapsed),
        'status-code': ''
    };
}
/** The worst job as the server sent it; of several that are not awaited, all, as a body that names them. */
function shownJob({ awaited, worst }) {
    const isLeft = worst.ending.outcome === 'accepted' && awaited.length > 1;
    return isLeft ? { jobs: awaited.map(({ ending }) => ending.job?.source) } : (worst.ending.job?.source ?? {});
}
/** The outputs that speak of jobs, of a step of `elapsed` ms that had none. */
function outputsWithoutJobs(elapsed) {
    return { state: '', job: '{}', jobs: '[]', key: '', 'elapsed-seconds': seconds(elapsed) };
}
/** The outputs where the inputs are wrong. */
function outputsOfFaults(faults) {
    const message = plainText(faults.join('; '), LONGEST_MESSAGE);
    return { outcome: 'invalid-input', message, 'elapsed-seconds': '0' };
}
/** The outputs that name the jobs of a step that broke off, each with the outcome of its wait, as far as that was known. */
function outputsOfDefect(outcomes, origin) {
    const { kept } = fitting([...outcomes.keys()], ({ key }) => key, outputs_LONGEST.key, sizeOf);
    const { json } = boundedList([...outcomes], [
        ([reference, outcome]) => ({
            key: reference.key,
            api: reference.api.name,
            url: `${origin}${statusPath(reference)}`,
            outcome
        }),
        ([{ key }, outcome]) => ({ key, outcome })
    ], outputs_LONGEST.all - outputs_LONGEST.key);
    return { key: kept.join('\n'), jobs: json };
}
/** The ways to put an entry of `jobs`: a key is never shortened, since a shortened one would be another job's. */
function entryForms(origin) {
    return [
        named => jobEntry(named, origin, Number.POSITIVE_INFINITY),
        named => jobEntry(named, origin, 4_000),
        named => jobEntry(named, origin, 500),
        named => jobEntry(named, origin, 100),
        ({ reference, ending }) => ({ key: reference.key, outcome: ending.outcome })
    ];
}
function jobEntry(named, origin, longest) {
    const { reference, ending, elapsed, requests } = named;
    const result = ending.job?.result ?? {};
    return {
        key: reference.key,
        ...(reference.label === undefined ? {} : { label: reference.label }),
        api: reference.api.name,
        url: `${origin}${statusPath(reference)}`,
        outcome: ending.outcome,
        state: plainText(ending.job?.state ?? '', LONGEST_STATE),
        message: shorten(createShortener()(sentenceOf(named)), longest),
        'error-code': plainText(errorCodeOf(ending), LONGEST_STATE),
        result: longest === Number.POSITIVE_INFINITY ? result : JSON.parse(boundedJson(result, longest * 2).json),
        'elapsed-seconds': Number(seconds(elapsed)),
        requests
    };
}
function seconds(ms) {
    return String(Math.round(ms / 1_000));
}

;// CONCATENATED MODULE: ./lib/report/defect.js





/** Reports an end that nobody decided on, and returns the exit code. */
function reportDefect(error, { outcomes, origin }, printer) {
    printer.debug((0,external_node_util_namespaceObject.inspect)(error));
    const what = plainText((0,types_namespaceObject.isNativeError)(error) ? String(error) : (0,external_node_util_namespaceObject.inspect)(error), 500);
    const message = `Await Job stopped without knowing how the job ended: ${what}. This is a defect of the action: please report it at https://github.com/await-job/await-job/issues/new/choose. The job may still be running.`;
    writeOutputs({ ...outputsOfDefect(outcomes, origin), outcome: 'unrecognized', message }, printer);
    printer.error(message, { title: 'Await Job: a defect' });
    return 1;
}

;// CONCATENATED MODULE: ./lib/report/advice.js


const RESUME = 'A paused job does not continue by itself: resume it on the server, then continue waiting in a later step.';
const DO_AS_SAID = 'It waits for a person: do what its last message says, then continue waiting in a later step.';
const NO_CREDENTIALS = 'The job may still be running. No credentials were given: set "username" and "password", or "token".';
/** The inputs that can hold credentials. */
const CREDENTIALS = ['username', 'token', 'token-url', 'client-certificate', 'headers'];
/** How many jobs an advice names. */
const MOST_HANDLES = 3;
/**
 * What to do next, each advice once; where there are several, with the jobs that it is for. `given` names the inputs that were
 * given: no other is blamed.
 */
function adviceOf(jobs, given) {
    const handles = new Map();
    for (const job of jobs) {
        const advice = adviceFor(job, given);
        const known = handles.get(advice);
        if (known !== undefined)
            known.push(job.handle);
        else if (advice !== '')
            handles.set(advice, [job.handle]);
    }
    if (handles.size < 2)
        return [...handles.keys()];
    return [...handles].map(([advice, jobs]) => `${listed(jobs)}: ${advice}`);
}
function adviceFor(awaited, given) {
    const operation = operationOf(awaited);
    if (operation === null)
        return adviceForJob(awaited, given);
    const { outcome, job } = awaited.ending;
    if (outcome === 'timeout' && job?.idle === 'paused')
        return DO_AS_SAID;
    if (outcome === 'not-found')
        return `Check on the server whether the ${operation} was started.`;
    return adviceForJob(awaited, given).replaceAll(/\bjob\b/g, operation);
}
function adviceForJob({ reference, ending }, given) {
    const { outcome, job } = ending;
    if (outcome === 'timeout' && job?.idle === 'paused')
        return RESUME;
    const hasEnded = 'reason' in ending && job?.over && outcome !== 'lost';
    if (hasEnded && outcome === 'unrecognized')
        return advice_resultOf(reference);
    if (hasEnded)
        return '';
    if (outcome === 'not-found')
        return `${notFound(reference, given)}${memoryOf(reference.api)}`;
    if (outcome === 'unauthorized' && !CREDENTIALS.some(name => given.includes(name)))
        return NO_CREDENTIALS;
    const { advice } = ENDINGS[outcome];
    return !('reason' in ending) && advice !== '' && given.includes('job-query') ? ofOthers(ending.job) : advice;
}
/** What to do about a job that has ended, though it is not known how, or what it started. */
function advice_resultOf({ until }) {
    if (until === undefined)
        return 'Check on the server how the job ended.';
    return `To wait for the ${until.operation.title}, give the link to its resource as "job-key".`;
}
/** What to do about a job that the server has never shown. */
function notFound({ api, root }, given) {
    if (given.includes('request')) {
        return 'The server accepted the call and named this job, but does not show it: it may have succeeded. Check the resource itself.';
    }
    if (given.includes('job-query'))
        return 'The job was in the list, but is not on the server: check the resource itself.';
    if (given.includes('job-key'))
        return ENDINGS['not-found'].advice;
    const isDirect = api.gateway !== undefined && !api.naming.root?.test(root);
    const hint = isDirect
        ? ` If it is ${api.gateway.title}, which passes calls on to ${api.title}, set "url" to …${root}${api.gateway.path}.`
        : '';
    return `Check that the server in "url" is the one that gave this answer to the call.${hint}`;
}
/** What to do about the failure of a job that the step has only found. */
function ofOthers({ owner }) {
    const whose = owner === undefined ? 'it' : `it, a job of ${owner}`;
    return `This step did not start the job: "job-query" found ${whose}. To wait only until no job is pending, no matter how each ended, set "fail-on: NONE".`;
}
function memoryOf({ title, remembers }) {
    return remembers === undefined ? '' : ` ${title} deletes a job ${remembers / 1_000} s after it ends.`;
}
function listed(handles) {
    const rest = handles.length - MOST_HANDLES;
    return `${handles.slice(0, MOST_HANDLES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

;// CONCATENATED MODULE: ./lib/report/continuation.js





/** The inputs that say how to reach the server, and where a workflow keeps their values, if not in itself. */
const CONNECTION = {
    username: 'secrets',
    password: 'secrets',
    token: 'secrets',
    'token-url': 'vars',
    'client-id': 'vars',
    'client-secret': 'secrets',
    'token-scope': 'vars',
    'token-audience': 'vars',
    'client-certificate': 'secrets',
    'client-key': 'secrets',
    'ca-certificate': 'vars',
    'verify-tls': null,
    headers: 'secrets'
};
/** How to continue waiting for the jobs that may still be running; null where there are none. */
function continuationOf(awaited, { origin, root }, given) {
    const open = awaited.filter(mayBeRunning);
    const [first] = open;
    if (first === undefined)
        return null;
    const { api, until } = first.reference;
    const wanted = until ? [until.operation.name, until.target ?? []].flat().join('=') : wantedOf(open);
    const connection = Object.entries(CONNECTION).filter(([name]) => given.includes(name));
    const isByBody = open.some(hasMoreThanKey);
    return {
        purpose: purposeOf(open),
        url: `${origin}${root}`,
        api: api.name,
        others: [
            ...connection.map(([name, place]) => [name, place === null ? 'false' : referTo(place, name)]),
            ...(wanted === null ? [] : [['until', wanted]])
        ],
        source: isByBody ? 'response' : 'job-key',
        lines: open.map(one => (isByBody ? responseOf(one.reference) : jobKeyOf(one, root)))
    };
}
/** Nothing has waited yet for a job that was only accepted. */
function purposeOf(open) {
    if (open.some(({ ending }) => ending.outcome !== 'accepted'))
        return 'To continue waiting';
    return `To wait for ${open.length === 1 ? 'it' : 'them'}`;
}
/** The input `until` for resources that were named by links, where one is to reach another state than the usual one. */
function wantedOf(open) {
    return open.map(({ reference }) => reference.api.shows?.until ?? null).find(until => until !== null) ?? null;
}
/** A whole workflow that waits for them, as YAML. */
function asWorkflow({ url, api, others, source, lines }) {
    const [first = '', ...more] = lines;
    const isPlain = more.length === 0 && continuation_UUID.test(first);
    const stored = others.find(([, value]) => value.startsWith('${{'));
    return [
        'on: workflow_dispatch',
        'jobs:',
        '  wait:',
        '    runs-on: self-hosted',
        '    steps:',
        '      - uses: await-job/await-job@v1',
        '        with:',
        `          url: ${url}`,
        `          api: ${api}`,
        ...others.map(other => `          ${other.join(': ')}${other === stored ? OWN_NAMES : ''}`),
        ...(isPlain
            ? [`          ${source}: ${first}`]
            : [`          ${source}: |-`, ...lines.map(line => `            ${line}`)])
    ].join('\n');
}
/** What has to be changed in the workflow: the action cannot know under which names the values are stored. */
const OWN_NAMES = ' # replace the names with your own';
const continuation_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
function referTo(place, name) {
    return `\${{ ${place}.${name.toUpperCase().replaceAll('-', '_')} }}`;
}
/** A line of `response` that is read as this job again, without anything that GitHub would take for an expression. */
function responseOf(reference) {
    return JSON.stringify({ job: bodyOf(reference) }).replaceAll('$', '\\u0024');
}
/** Whether the answer to the call had links that the key does not lead to, such as that to the results of a bulk call. */
function hasMoreThanKey({ reference: { reported }, isBeyond }) {
    const links = Object.keys(asObject(reported?.source._links) ?? {});
    return !isBeyond && links.some(name => name !== 'self');
}
/**
 * A line of `job-key` that is read as this job again: encoded, since a key is decoded once when it is read; a link where
 * the job is elsewhere than the root, as behind a gateway; the link to the resource of the operation that the job started.
 */
function jobKeyOf(awaited, root) {
    const { reference } = awaited;
    const resource = resourceOf(awaited);
    const isPlain = resource === null && reference.root === root;
    const key = isPlain ? encodeSegment(reference.key) : statusPath(resource ?? reference);
    return reference.label === undefined ? key : `${reference.label.replaceAll('${{', '$ {{')} = ${key}`;
}

;// CONCATENATED MODULE: ./lib/report/annotation.js








/** What GitHub keeps of an annotation, in characters. */
const annotation_LONGEST = 4_096;
const LONGEST_LINE = 1_000;
/** How many keys an annotation repeats: more of them are in the log and in the summary. */
const MOST_KEYS = 3;
/** How many failed tasks are listed for each of several jobs. */
const MOST_TASKS = 3;
/** Prints how the wait ended: a line where every job succeeded, else the step's one annotation. */
function printEnding(conclusion, continuation, printer) {
    const { level } = conclusion;
    if (level === 'info')
        printer.info(createShortener()(wording_messageOf(conclusion)));
    else
        printer[level](annotationOf(conclusion, continuation), { title: titleOf(conclusion) });
    if (continuation === null)
        return;
    printList(`${continuation.purpose}, run this workflow`, asWorkflow(continuation).split('\n'), printer);
}
/**
 * The text of a step's one annotation, the most important first: the jobs that matter, what the server said of each, its
 * failed tasks and their reasons, and what to do next.
 */
function annotationOf(conclusion, continuation) {
    const { awaited, failed, level, given } = conclusion;
    const shown = level === 'error' ? failed : awaited.filter(named => !isPlain(named));
    const head = awaited.length === 1 ? [] : [tallyOf(conclusion)];
    const tail = [...adviceOf(shown, given), ...(continuation === null ? [] : [invitation(continuation)])];
    const room = annotation_LONGEST - [...head, ...tail].join('\n').length - 2;
    const shortenUuids = createShortener();
    return [...head, ...firstLines(linesOf(shown).map(shortenUuids), room), ...tail].join('\n');
}
/** The text of the annotation where the inputs are wrong: one line per fault. */
function annotationOfFaults(faults) {
    return firstLines(faults.map(fault => plainText(fault)), annotation_LONGEST).join('\n');
}
function linesOf(shown) {
    const most = shown.length === 1 ? Number.POSITIVE_INFINITY : MOST_TASKS;
    return shown.flatMap(named => {
        if ('reason' in named.ending || named.ending.unread !== undefined)
            return shorten(sentenceOf(named), LONGEST_LINE);
        const { message, failures } = wording_whyOf(named.ending.job);
        const [first, ...others] = failures;
        if (message === '' && first !== undefined && others.length === 0) {
            return shorten(sentenceOf(named, taskSentence(first)), LONGEST_LINE);
        }
        const tasks = failures.map(failure => `- ${plainText(taskSentence(failure), 700)}`);
        const rest = tasks.length > most ? [`- … and ${tasks.length - most} more failed tasks`] : [];
        return [shorten(sentenceOf(named, message), LONGEST_LINE), ...tasks.slice(0, most), ...rest];
    });
}
function invitation({ purpose, url, api, others, source, lines }) {
    const jobs = lines.join(', ');
    const value = source === 'response' && lines.length > 1 ? `[${jobs}]` : jobs;
    const further = others.filter(([, value]) => !value.startsWith('${{')).map(other => `${other.join(': ')}, `);
    const inputs = `${purpose}: url: ${url}, api: ${api}, ${further.join('')}${source}: ${value}`;
    const isShort = lines.length <= MOST_KEYS && inputs.length <= LONGEST_LINE;
    return isShort ? inputs : `${purpose}, run the workflow in the log or the job summary.`;
}
/** The first of the lines, as many as fit, and how many are left out. */
function firstLines(lines, room) {
    const whole = fitting(lines, line => line, room, ({ length }) => length);
    if (whole.left === 0)
        return whole.kept;
    const { kept, left } = fitting(lines, line => line, room - '… (99999 more lines)\n'.length, ({ length }) => length);
    return [...kept, `… (${left} more lines)`];
}

;// CONCATENATED MODULE: ./lib/report/gantt.js




/** The states of one row that are drawn; of more, those in the middle become one. */
const MOST_SPANS = 12;
const LONGEST_NAME = 30;
/** Beginnings shorter than this are not left out of the names. */
const LEAST_COMMON = 8;
const gantt_LONGEST_STATE = 24;
/** Pixels: the chart, which GitHub scales to fit a narrower page, and a character of a label at most. */
const WIDTH = 800;
const CHARACTER = 6.5;
/** The space around a label. */
const MARGIN = 18;
/** Right of the last bar there must be room for the diamond, and for half of the last label of the axis. */
const RIGHT = 50;
/** A chart of less than this, in ms, would show nothing. */
const SHORTEST = 15 * SECOND;
/** Jobs whose ends differ by less than this share of the wait look alike. */
const ALIKE = 0.05;
/**
 * The states of jobs as a Mermaid Gantt chart, one row a job; null where there is nothing to draw. The axis counts from
 * the start of the wait: its dates are read and written in the reader's own time zone, so that they cancel out.
 */
function ganttOf(rows) {
    const drawn = rows.filter(({ spans }) => spans.length > 0);
    const total = Math.max(0, ...drawn.map(({ end }) => end));
    if (total < SHORTEST || areAlike(drawn, total))
        return null;
    const names = distinct(drawn.map(({ name }) => name));
    const sections = drawn.map((row, index) => ({
        row,
        title: label(`${row.handle} ${names[index]}`, LONGEST_NAME)
    }));
    const left = Math.ceil(Math.max(...sections.map(({ title }) => title.length)) * CHARACTER) + 20;
    const scale = (WIDTH - left - RIGHT) / total;
    const { tick, format } = axisOf(total);
    return [
        '---',
        'displayMode: compact',
        'config:',
        '  gantt:',
        `    useWidth: ${WIDTH}`,
        `    leftPadding: ${left}`,
        `    rightPadding: ${RIGHT}`,
        '    numberSectionStyles: 2',
        '---',
        'gantt',
        '  accTitle: The states of the jobs over time',
        '  dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
        `  axisFormat ${format}`,
        `  tickInterval ${tick}`,
        '  todayMarker off',
        ...sections.flatMap(({ row, title }) => [`  section ${word(title)}`, ...tasksOf(row, scale)])
    ].join('\n');
}
/** Whether all jobs were in one state only, and took as long as each other. */
function areAlike(rows, total) {
    const shortest = Math.min(...rows.map(({ end }) => end));
    return rows.every(({ spans }) => spans.length === 1) && total - shortest < ALIKE * total;
}
/**
 * A bar for each state, and a diamond without words for the ending: words beside it would run through the grid. `scale` is in
 * pixels per ms.
 */
function tasksOf({ spans, outcome, fails, end }, scale) {
    const hasFailed = ENDINGS[outcome].failsOn === 'ERROR' || ENDINGS[outcome].failsOn === 'PARTIAL_FAILURES';
    const shown = fewer(spans)
        .map(fromStart)
        .filter(({ from, to }) => to > from);
    const bars = shown.map((span, index) => {
        const { from, to } = span;
        const text = `${label(span.state, gantt_LONGEST_STATE)} ${formatDuration(to - from)}`;
        const fits = text.length * CHARACTER + MARGIN < (to - from) * scale;
        const tag = hasFailed && fails && index === shown.length - 1 ? 'crit' : tagOf(span);
        return `  ${word(fits ? text : '')} :${tag}, ${instant(from)}, ${instant(to)}`;
    });
    return [...bars, `  ${word('')} :${fails ? 'crit, ' : ''}milestone, ${instant(end)}, 0ms`];
}
/** Grey for a job that is not at work, or of which the server says nothing; blue for one that is. */
function tagOf({ active }) {
    return active ? 'active' : 'done';
}
/** Names without what all of them begin with: many calls differ in their last part only. */
function distinct(names) {
    const [first = '', ...others] = names;
    if (others.length === 0 || names.every(({ length }) => length <= LONGEST_NAME))
        return [...names];
    let common = 0;
    while (common < first.length && others.every(name => name[common] === first[common]))
        common += 1;
    const start = first.slice(0, common).search(/[^\s/?=]*$/);
    return names.map(name => (start < LEAST_COMMON ? name : `…${name.slice(start)}`));
}
/** A state the first reading of which came at once is taken to have been so from the start on. */
function fromStart({ from, ...span }, index) {
    return { ...span, from: index === 0 && from < SECOND ? 0 : from };
}
/** Few enough states to be drawn: those in the middle become one. */
function fewer(spans) {
    if (spans.length <= MOST_SPANS)
        return spans;
    const head = spans.slice(0, MOST_SPANS / 2);
    const tail = spans.slice(1 - MOST_SPANS / 2);
    const [first] = tail;
    const last = head.at(-1);
    const count = spans.length - head.length - tail.length;
    return [...head, { state: `${count} more states`, active: false, from: last.to, to: first.from }, ...tail];
}
/**
 * Text that Mermaid can only take for text: letters, digits and a few signs. The colons of a key become a look-alike, since
 * a colon ends a task's name; "#" alone begins no entity, since ";" is taken out. Secrets are taken out before, while they can still be found.
 */
function label(text, longest) {
    const safe = redact(plainText(text))
        .replaceAll(':', '∶')
        .replace(/[^\p{L}\p{M}\p{N} ._/()∶…*#-]+/gu, ' ')
        .trim();
    const characters = [...safe];
    return characters.length <= longest ? safe : `${characters.slice(0, longest - 1).join('')}…`;
}
/** A name must not be empty nor start with one of Mermaid's own words: a space of no width comes first. */
function word(text) {
    return `\u200B${text}`;
}
/** ms from the start of the wait as a date without a zone. */
function instant(ms) {
    return new Date(Date.UTC(2001, 0, 1) + Math.round(ms)).toISOString().slice(0, -1);
}
const TICKS = [
    ...[1, 2, 5, 10, 15, 30].map(count => ({ ms: count * SECOND, tick: `${count}second` })),
    ...[1, 2, 5, 10, 15, 30].map(count => ({ ms: count * MINUTE, tick: `${count}minute` })),
    ...[1, 2, 3, 6, 12].map(count => ({ ms: count * HOUR, tick: `${count}hour` })),
    ...[1, 2, 5].map(count => ({ ms: count * DAY, tick: `${count}day` })),
    { ms: 7 * DAY, tick: '1week' },
    { ms: 30 * DAY, tick: '1month' }
];
const MOST_TICKS = 8;
function axisOf(total) {
    const { ms, tick } = TICKS.find(({ ms }) => total / ms <= MOST_TICKS) ?? { ms: 365 * DAY, tick: '12month' };
    if (total >= DAY)
        return { tick, format: 'day %-j, %-Hh' };
    if (total >= HOUR)
        return { tick, format: '%-Hh %Mm' };
    if (ms >= MINUTE)
        return { tick, format: '%-Mm' };
    return { tick, format: total >= MINUTE ? '%-Mm %Ss' : '%-Ss' };
}

;// CONCATENATED MODULE: ./lib/report/html.js




/**
 * A server's words within an HTML block: one line, escaped, in `code`, where GitHub makes nothing of mentions, issue numbers,
 * addresses or emoji names; '' for no words. Long words may be broken, so that secrets are taken out here: they could not be
 * found any more later on.
 */
function verbatim(text, longest) {
    const line = redact(plainText(text, longest));
    const breakable = line.replace(/[^\s/:.-]{30}|(?:[/:-]|\.(?!\d))+(?=[^\s/:.-])/gu, part => `${part}\n`);
    return line && `<code>${breakable.split('\n').map(escapeHtml).join('<wbr>')}</code>`;
}
/** Of the first column beside notes, in pixels, where the page has the room: long notes would squeeze it. */
const FIRST_WIDTH = 400;
/**
 * A table with one row per item, as many as fit into `room` bytes. What `noteOf` says of an item comes below its other cells,
 * across all columns but the first.
 */
function tableOf(items, columns, room, noteOf) {
    const { kept, left } = fitting(items, rowOf, room);
    const [first, ...others] = columns.map(([title]) => title);
    const width = noteOf === undefined ? '' : ` width="${FIRST_WIDTH}"`;
    const titles = `<th${width}>${first}</th>${others.map(title => `<th>${title}</th>`).join('')}`;
    return `<table>\n${[`<tr>${titles}</tr>`, ...kept].join('\n')}\n</table>${left === 0 ? '' : `\n<p>… and ${left} more, cut to fit.</p>`}`;
    function rowOf(item) {
        const note = noteOf?.(item) ?? '';
        const [first = '', ...others] = columns.map(([, cell]) => cell(item));
        const cells = others.map(cell => `<td>${cell}</td>`).join('');
        if (note === '')
            return `<tr><td>${first}</td>${cells}</tr>`;
        return `<tr><td rowspan="2">${first}</td>${cells}</tr>\n<tr><td colspan="${others.length}">${note}</td></tr>`;
    }
}
function html_listOf(items) {
    return `<ul>\n${items.map(item => `<li>${item}</li>`).join('\n')}\n</ul>`;
}
function folded(title, content, open = false) {
    return `<details${open ? ' open' : ''}><summary>${title}</summary>\n${content}\n</details>`;
}
/** A block of code whose text cannot end it: its fence is longer than any run of backticks in it. */
function fenced(language, text) {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
}

;// CONCATENATED MODULE: ./lib/report/chart.js




/** The jobs that the chart shows at most: more rows could not be read. */
const MOST_ROWS = 30;
/** The states of the jobs over time, as a chart and in words; nothing where a chart would show nothing. */
function chartOf({ awaited, failed }, timeline) {
    const failing = new Set(failed);
    const longest = awaited.toSorted((one, other) => other.elapsed - one.elapsed);
    const worst = longest.toSorted((one, other) => Number(failing.has(other)) - Number(failing.has(one)));
    const chosen = new Set(worst.slice(0, MOST_ROWS));
    const rows = awaited.filter(job => chosen.has(job)).map(job => rowOf(job, failing.has(job), timeline));
    const gantt = ganttOf(rows);
    if (gantt === null)
        return [];
    const which = rows.length === awaited.length ? '' : ` of the ${rows.length} jobs that failed or took longest`;
    return [
        `**Timeline**${which}`,
        '<p>Blue: running. Grey: queued, paused, or no answer. Red: failed. Diamond: end of the wait, red if it fails the step.</p>',
        fenced('mermaid', gantt),
        folded('The timeline in words', html_listOf(rows.map(inWords)))
    ];
}
function rowOf({ ending, reference, handle, resource, elapsed }, fails, timeline) {
    const name = reference.label === undefined ? resource || ending.job?.name || reference.key : '';
    return { handle, name, spans: timeline.spansOf(reference), outcome: ending.outcome, fails, end: elapsed };
}
/** A row for those who cannot see the chart, its colours, or its short bars. */
function inWords({ handle, name, spans, outcome }) {
    const states = fewer(spans).map(({ state, from, to }) => `${verbatim(state, 50)} ${formatDuration(to - from)}`);
    return `${verbatim(handle || name, 60)}: ${[...states, ENDINGS[outcome].did].join(' → ')}`;
}

;// CONCATENATED MODULE: ./lib/report/summary-jobs.js










/** In bytes. */
const ROOM = { first: 300_000, rest: 250_000, tasks: 150_000 };
/** Of the jobs that succeeded, how many are shown unfolded. */
const summary_jobs_FEW = 4;
/** How many failed tasks of a job are shown with it. */
const summary_jobs_MOST_TASKS = 3;
const LONGEST_LINK = 1_000;
/** The jobs, the worst first, with what is known of their endings; of those that succeeded, most are folded. */
function jobTables({ awaited }, server) {
    const jobs = worstFirst(awaited);
    const succeeded = jobs.filter(({ ending }) => ending.outcome === 'success');
    const shown = jobs.slice(0, jobs.length - Math.max(0, succeeded.length - summary_jobs_FEW));
    const rest = jobs.slice(shown.length);
    const words = summary_jobs_wordsFor(jobs);
    const columns = columnsFor(jobs, server, words);
    const table = tableOf(shown, columns, ROOM.first, named => summary_jobs_reasonOf(named, words));
    if (rest.length === 0)
        return [table];
    return [table, folded(`${rest.length} more that succeeded`, tableOf(rest, columns, ROOM.rest))];
}
/** The failed tasks that the rows of their jobs have no room for. */
function taskTable({ awaited }) {
    const tasks = worstFirst(awaited).flatMap(({ ending, handle }) => {
        const failures = ending.job?.failures ?? [];
        return failures.length > summary_jobs_MOST_TASKS ? failures.map(task => ({ ...task, handle })) : [];
    });
    if (tasks.length === 0)
        return '';
    const columns = [
        ['Task', ({ task }) => verbatim(task, 200)],
        ['Reason', ({ reason }) => verbatim(reason)]
    ];
    if (awaited.length > 1)
        columns.unshift(['Job', ({ handle }) => verbatim(handle)]);
    return folded(`${tasks.length} failed tasks`, tableOf(tasks, columns, ROOM.tasks));
}
/** A server's words, in which the UUIDs that the table has in full are shortened. */
function summary_jobs_wordsFor(jobs) {
    const shortenUuids = createShortener();
    for (const { reference } of jobs)
        shortenUuids(reference.key);
    return (text, longest) => verbatim(shortenUuids(text), longest);
}
function columnsFor(jobs, server, words) {
    const columns = [
        [jobs.every(({ reference }) => reference.api.shows) ? 'Resource' : 'Job', named => jobCell(named, words)],
        ['Result', named => resultCell(named, server)],
        jobs.some(({ ending }) => ranFor(ending.job) !== null) && ['Ran', ({ ending }) => durationCell(ranFor(ending.job))],
        !jobs.every(isLeft) && ['Waited', ({ elapsed }) => durationCell(elapsed)]
    ];
    return columns.filter(column => column !== false);
}
/** The handle and, if it is a number, what the job does; small, the rest of what identifies it. */
function jobCell({ reference, ending, handle, resource, progress }, words) {
    const texts = [progress || resource, ending.job?.name ?? ''].map(text => words(text, 120)).filter(Boolean);
    const [first = '', ...others] = reference.label === undefined ? texts : ['', ...texts];
    const title = [handle && `<b>${verbatim(handle)}</b>`, first].filter(Boolean).join(' ');
    const key = verbatim(reference.key, 200);
    return title === '' ? key : [title, ...[...others, key].map(small)].join('<br>');
}
/** How the job ended; small, its state, and the link to the API's own answer. */
function resultCell(reported, { origin }) {
    const { ending, reference } = reported;
    const { symbol, did } = ENDINGS[ending.outcome];
    const isSeen = ending.job !== null && ending.job.state !== '';
    const state = isSeen ? verbatim(stateOf(ending.job)) : ending.outcome === 'accepted' ? '' : 'never seen';
    const url = parseUrl(`${origin}${statusPath(resourceOf(reported) ?? reference)}`);
    const link = url === null || url.href.length > LONGEST_LINK ? '' : ` <a href="${escapeHtml(url.href)}">JSON</a>`;
    return `${symbol}&nbsp;${did}<br>${small(`${state}${link}`)}`;
}
/** What the server, or the wait, said of a job that did not succeed. */
function summary_jobs_reasonOf(named, words) {
    const { ending } = named;
    if (isPlain(named))
        return '';
    if (!('reason' in ending) && ending.unread !== undefined)
        return `The job could not be read: ${words(ending.unread)}`;
    if ('reason' in ending)
        return [words(ending.reason), lastSeenCell(named, words)].filter(Boolean).join('<br>');
    const { message, failures } = wording_whyOf(ending.job);
    const said = words(message) || capitalized(silenceOf(ending.job));
    const code = ending.job.errorCode && `code ${verbatim(ending.job.errorCode, 50)}`;
    const tasks = failures.slice(0, summary_jobs_MOST_TASKS).map(failure => words(taskSentence(failure)));
    const more = failures.length > summary_jobs_MOST_TASKS ? `… and ${failures.length - summary_jobs_MOST_TASKS} more, listed below` : '';
    return [[said, code].filter(Boolean).join(', '), ...tasks, more].filter(Boolean).join('<br>');
}
function lastSeenCell({ ending: { outcome, job }, elapsed, seenAt }, words) {
    if (job === null || (outcome === 'unrecognized' && job.over))
        return '';
    const message = words(job.message, 300);
    return `Last seen ${verbatim(stateOf(job))}, ${sinceSeen(elapsed, seenAt)} earlier${message && `: ${message}`}`;
}
function durationCell(ms) {
    return ms === null ? '' : formatDuration(ms).replace(' ', '&nbsp;');
}
function small(html) {
    return `<sub>${html}</sub>`;
}

;// CONCATENATED MODULE: ./lib/report/summary.js












/** In bytes; all together they stay below the 1 MiB that GitHub takes of a step's summary. */
const summary_ROOM = { faults: 200_000, results: 150_000, keys: 60_000 };
/** The results that are shown unfolded. */
const FEW_RESULTS = 5;
const LEVEL_SYMBOLS = { info: '✅', warning: '⚠️', error: '❌' };
/**
 * The job summary, in GitHub's Markdown. Everything from the server is in HTML blocks, escaped and as code: there is no
 * Markdown in them (they have no blank line), and GitHub makes nothing of what is in code.
 */
function summaryOf(conclusion, { server, timeline, continuation }) {
    const { awaited, level, worst } = conclusion;
    const isAlone = awaited.length === 1 && level !== 'warning';
    const symbol = isAlone || isLeft(worst) ? ENDINGS[worst.ending.outcome].symbol : LEVEL_SYMBOLS[level];
    return [
        `### ${symbol} ${titleOf(conclusion)}`,
        about(conclusion, server),
        ...jobTables(conclusion, server),
        taskTable(conclusion),
        ...whatNext(conclusion, continuation),
        resultTable(conclusion),
        ...chartOf(conclusion, timeline)
    ]
        .filter(part => part !== '')
        .join('\n\n')
        .concat('\n');
}
/** The summary of a step whose inputs are wrong. */
function summaryOfFaults(faults) {
    const { kept } = fitting(faults, fault => verbatim(fault), summary_ROOM.faults);
    return `### ❌ Invalid inputs\n\n<p>Nothing was sent to the server.</p>\n${html_listOf(kept)}\n`;
}
function about(conclusion, { origin, root }) {
    const { awaited, worst, level } = conclusion;
    const [{ reference }] = awaited;
    const where = `${reference.api.title} at <code>${escapeHtml(`${origin}${root}`)}</code>`;
    const isSaid = awaited.length === 1 || level === 'info';
    const waited = isSaid ? `Waited ${timeOf(conclusion)}` : tallyOf(conclusion);
    return `<p>${isLeft(worst) ? 'Not awaited' : waited}. ${where}</p>`;
}
function whatNext({ awaited, given }, continuation) {
    const advice = adviceOf(worstFirst(awaited), given);
    if (advice.length === 0)
        return [];
    const paragraph = `**What next**\n\n${html_listOf(advice.map(escapeHtml))}`;
    if (continuation === null)
        return [paragraph];
    const { kept, left } = fitting(continuation.lines, line => line, summary_ROOM.keys);
    const yaml = fenced('yaml', asWorkflow({ ...continuation, lines: kept }));
    const which = left > 0 ? `, which has the first ${kept.length} jobs` : '';
    return [paragraph, `${continuation.purpose}, run this workflow${which}:`, yaml];
}
/** What the jobs produced. */
function resultTable({ awaited }) {
    const results = awaited.flatMap(({ ending, handle }) => 'reason' in ending || ending.outcome === 'error'
        ? []
        : Object.entries(ending.job.result).map(([name, value]) => ({ handle, name, value })));
    if (results.length === 0)
        return '';
    const columns = [
        ['Name', ({ name }) => verbatim(name, 200)],
        ['Value', ({ value }) => verbatim(textOf(value), 500)]
    ];
    if (awaited.length > 1)
        columns.unshift(['Job', ({ handle }) => verbatim(handle)]);
    const table = tableOf(results, columns, summary_ROOM.results);
    const title = awaited.every(reported => operationOf(reported) !== null)
        ? `The last state of the ${awaited.length === 1 ? 'resource' : 'resources'}`
        : `What the ${awaited.length === 1 ? 'job' : 'jobs'} produced`;
    return folded(title, table, results.length <= FEW_RESULTS);
}
function textOf(value) {
    return typeof value === 'string' ? value : boundedJson([value], 10_000).json.slice(1, -1);
}

;// CONCATENATED MODULE: ./lib/report/faults.js




/** Reports wrong inputs, and returns the exit code. */
function reportFaults(faults, summary, printer) {
    writeOutputs(outputsOfFaults(faults), printer);
    if (summary)
        writeSummary(summaryOfFaults(faults), printer);
    printer.error(annotationOfFaults(faults), { title: 'Await Job: invalid inputs' });
    return 1;
}

;// CONCATENATED MODULE: ./lib/report/log-progress.js






/** Of many jobs, the failures that are printed as they come: more of them say nothing new. */
const MOST_FAILURES = 10;
/** Each job's changes, one by one. */
function createChanges(total, names, { print, isQuiet, isDue }) {
    const printed = new Map();
    return event => {
        if (event.kind === 'ended' && total > 1)
            print(event.awaited.elapsed, sentenceOf(names.withName(event.awaited)));
        if (event.kind !== 'answer' || event.after === null || jobOf(event.after)?.over)
            return;
        const { before, after, elapsed } = event;
        if (before.succeeded === null && after.succeeded !== null)
            printSuccess(after, elapsed);
        else if (event.answer.kind === 'job')
            printChange(after, event.answer.job, elapsed);
        if (isQuiet(elapsed))
            print(elapsed, heartbeat(after, elapsed));
    };
    /** The job has succeeded: from here on, the states of the operation that it started are printed. */
    function printSuccess({ reference }, elapsed) {
        printed.delete(reference);
        const subject = capitalized(names.handleOf(reference) || 'the job');
        print(elapsed, `${subject} succeeded; now waiting for its ${reference.until?.operation.title}`);
    }
    function printChange(watch, job, elapsed) {
        const { reference } = watch;
        const known = printed.get(reference);
        const state = stateOf(job);
        const message = plainText(job.message, 300);
        const isNew = known?.state !== state;
        if (!isNew && (known.message === message || message === '' || !isDue(elapsed)))
            return;
        const name = known === undefined ? plainText(job.name, 120) : '';
        const before = isNew && known !== undefined ? formatDuration(elapsed - known.since) : '0s';
        const after = before === '0s' ? '' : `, after ${before} ${known?.state}`;
        print(elapsed, `${subject(watch)}${name && ` (${name})`} is ${isNew ? '' : 'still '}${state}${after}${message && `: ${message}`}`);
        printed.set(reference, { state, message, since: isNew ? elapsed : known.since });
    }
    function heartbeat(watch, elapsed) {
        const { reference, errors } = watch;
        if (errors.last.what !== '')
            return `Still no usable answer: ${errors.last.what}`;
        const job = jobOf(watch);
        const known = printed.get(reference);
        if (job === null || known === undefined)
            return `${subject(watch)} is accepted, but the server does not show it yet`;
        const message = plainText(job.message, 300);
        printed.set(reference, { ...known, message });
        const duration = formatDuration(elapsed - known.since);
        return `${subject(watch)} is still ${stateOf(job)}, for ${duration}${message && `: ${message}`}`;
    }
    function subject(watch) {
        return capitalized(names.currentOf(watch));
    }
}
/** How many of many jobs are in which state; the failures one by one, and every ending once all have finished. */
function createTotals(total, names, { print, list, isQuiet, isDue }) {
    const states = new Map();
    const ended = [];
    let isComplete = false;
    let printed = '';
    let failures = 0;
    return event => {
        if (event.kind === 'answer' && event.after !== null) {
            const job = jobOf(event.after);
            states.set(event.after.reference, job === null ? 'not seen yet' : stateOf(job));
        }
        if (event.kind === 'ended')
            end(event.awaited);
        if (event.kind === 'replied')
            progress(event.elapsed);
    };
    function progress(elapsed) {
        const text = count();
        const seenAll = states.size + ended.length === total;
        const isFirst = seenAll && !isComplete;
        isComplete ||= seenAll;
        if (ended.length < total && (isFirst || (text !== printed && isDue(elapsed)) || isQuiet(elapsed))) {
            print(elapsed, text);
            printed = text;
        }
    }
    function end(awaited) {
        const named = names.withName(awaited);
        states.delete(awaited.reference);
        ended.push(named);
        if (hasFailedByItself(awaited) && failures < MOST_FAILURES) {
            failures += 1;
            const last = failures === MOST_FAILURES ? ' (further ones are listed at the end)' : '';
            print(awaited.elapsed, `${sentenceOf(named)}${last}`);
        }
        if (ended.length === total) {
            print(awaited.elapsed, count());
            const sentences = worstFirst(ended).map(one => sentenceOf(one));
            list('How each job ended', sentences);
        }
    }
    function count() {
        const finished = `${ended.length} of ${total} jobs finished${ended.length > 0 ? ` (${countEndings(ended)})` : ''}`;
        return [finished, ...[...tally(states.values())].map(([state, count]) => `${count} ${state}`)].join(', ');
    }
}
/** Whether an ending is worth a line of its own: success is not, nor what tends to end the wait for all jobs at once. */
function hasFailedByItself({ ending: { outcome } }) {
    return outcome !== 'success' && !ENDINGS[outcome].mayBeRunning;
}

;// CONCATENATED MODULE: ./lib/report/log.js








/**
 * Prints what happens during a wait: changes, faults as they begin and end, a heartbeat, the endings; never one line per
 * poll. Of many jobs, the states are counted, and every ending is listed in a group at the end.
 */
function createLog(references, names, printer) {
    const total = references.length;
    const lines = createLogLines(references.map(({ key }) => key), printer);
    const observers = [
        faults(names, lines),
        polling(lines, printer),
        total > MANY ? createTotals(total, names, lines) : createChanges(total, names, lines),
        remarks(names, printer)
    ];
    return event => {
        for (const observe of observers)
            observe(event);
    };
}
/** Faults when they begin and when they end, of all jobs together: a faulty server concerns them all. */
function faults(names, { print }) {
    const affected = new Set();
    let since = 0;
    /** Whether a single job is not shown, while the server itself is in order. */
    let isMiss = false;
    return event => {
        if (event.kind === 'ended')
            affected.delete(event.awaited.reference);
        if (event.kind !== 'answer')
            return;
        const { elapsed, after } = event;
        if (after === null)
            return;
        const { reference } = after;
        if (!hasErrors(after)) {
            if (affected.delete(reference) && affected.size === 0) {
                const change = isMiss ? `${knows(after)}s ${names.currentOf(after)}` : 'answers again';
                print(elapsed, `The server ${change} after ${formatDuration(elapsed - since)}`);
            }
        }
        else if (!affected.has(reference)) {
            if (affected.size === 0) {
                since = elapsed;
                print(elapsed, begin(after));
            }
            isMiss = affected.size === 0 && after.errors.faults === 0 && after.errors.misses > 0;
            affected.add(reference);
        }
    };
    function begin(watch) {
        const { phase, errors } = watch;
        const { faults, misses } = errors;
        const { what } = errors.last;
        const which = names.currentOf(watch);
        if (faults > 0)
            return `No usable answer: ${what}; retrying`;
        if (misses > 0 && phase.kind === 'unseen')
            return `The server does not ${knows(watch)} ${which} yet: ${what}; retrying`;
        if (misses > 0)
            return `The server no longer ${knows(watch)}s ${which}: ${what}; checking again for 10s`;
        return `The server does not allow ${which} to be read: ${what}; checking once more`;
    }
}
/** A server knows jobs, and shows resources. */
function knows({ about }) {
    return about.api.shows === undefined ? 'know' : 'show';
}
/** The switch from long to standard polling; shorter holds are a detail. */
function polling({ print }, { debug }) {
    return event => {
        if (event.kind !== 'long-poll')
            return;
        const { elapsed, longPoll, answer } = event;
        if (longPoll.seconds > 0)
            debug(`A long poll was cut: long polls are limited to ${longPoll.seconds}s from now on`);
        else {
            const why = answer.kind === 'refused'
                ? 'The server does not accept long polls'
                : answer.kind === 'fault'
                    ? 'Something between here and the server cuts long polls'
                    : 'The server does not support long polls';
            print(elapsed, `${why}: polling at intervals from now on`);
        }
    };
}
/** What is worth an annotation while the wait goes on: each once, so that many jobs do not flood the run's page. */
function remarks(names, { notice, warning }) {
    let unknown = false;
    let paused = false;
    return event => {
        if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null)
            return;
        const { job } = event.answer;
        const { reference, succeeded } = event.after;
        const beyond = succeeded === null ? {} : { isBeyond: true };
        const named = { reference, handle: names.handleOf(reference), resource: '', progress: '', ...beyond };
        const name = capitalized(wording_subjectOf(named, job));
        if (!job.recognized && !unknown) {
            unknown = true;
            const state = plainText(job.state, 50);
            warning(`${name}: ${reference.api.title} is not known to use the state "${state}". ` +
                'The action treats it as pending.', { title: 'Unknown state of a job' });
        }
        if (job.idle === 'paused' && !paused) {
            paused = true;
            const message = plainText(job.message, 300);
            const operation = operationOf(named);
            const how = operation === null ? 'is paused and continues only once it is resumed on the server' : 'waits for a person';
            const title = operation === null ? 'A job is paused' : `A ${operation} waits for a person`;
            notice(`${name} ${how}${message && `: ${message}`}`, { title });
        }
    };
}

;// CONCATENATED MODULE: ./lib/report/names.js

function createNames() {
    const numbers = new Map();
    const labels = new Map();
    const topics = new Map();
    return {
        add: references => {
            for (const reference of references) {
                numbers.set(reference, numbers.size + 1);
                const label = plainLabel(reference);
                labels.set(label, (labels.get(label) ?? 0) + 1);
            }
        },
        observe: event => {
            if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null)
                return;
            const topic = topicOf(event.answer.job, event.after.succeeded !== null);
            if (topic !== null)
                topics.set(event.after.reference, topic);
        },
        handleOf,
        currentOf: ({ reference, about }) => {
            const handle = handleOf(reference);
            const operation = about.api.shows?.title;
            if (operation === undefined)
                return handle || 'the job';
            if (about === reference)
                return handle || `the ${operation}`;
            return `the ${operation}${handle && ` of ${handle}`}`;
        },
        withName: awaited => ({
            ...awaited,
            handle: handleOf(awaited.reference),
            ...unlessKnown(topics.get(awaited.reference), awaited)
        })
    };
    function handleOf(reference) {
        const label = plainLabel(reference);
        const number = `#${numbers.get(reference)}`;
        if (label === '')
            return numbers.size === 1 ? '' : number;
        return labels.get(label) === 1 ? label : `${label} ${number}`;
    }
}
/** Without colons at its start: with the one that often follows it, the runner would take it for a command. */
function plainLabel({ label = '' }) {
    return plainText(label, 60).replace(/^[:\s]+/, '');
}
/** Servers put names in quotes. */
const RESOURCE = /"([^"]+)"|'([^']+)'/;
/** What a pending job, or the resource of the operation that it started, says of what it is about; null for nothing. */
function topicOf({ over, name, message }, isResource) {
    if (over)
        return null;
    if (isResource)
        return name === '' ? null : { resource: name, progress: plainText(name, 120) };
    const [, double, single] = RESOURCE.exec(message) ?? [];
    const resource = double ?? single;
    return resource === undefined ? null : { resource, progress: plainText(message, 200) };
}
function unlessKnown(topic, { reference, ending: { job } }) {
    const isNamed = topic === undefined || [reference.label, job?.name].some(text => mentions(text, topic.resource));
    if (isNamed)
        return { resource: '', progress: '' };
    return { ...topic, progress: mentions(job?.message, topic.resource) ? '' : topic.progress };
}
/** Whether the resource stands in the text by itself: a `b` in a UUID is not the volume `b`. */
function mentions(text = '', resource) {
    const isApart = (neighbour) => neighbour === undefined || !/[\p{L}\p{N}_-]/u.test(neighbour);
    for (let at = text.indexOf(resource); at !== -1; at = text.indexOf(resource, at + 1)) {
        if (isApart(text[at - 1]) && isApart(text[at + resource.length]))
            return true;
    }
    return false;
}

// EXTERNAL MODULE: ./lib/runner/exit.js
var exit = __nccwpck_require__(140);
;// CONCATENATED MODULE: ./lib/runner/signals.js

/** How the runner cancels: SIGINT, then SIGTERM; on Windows Ctrl+C, which is SIGINT, then Ctrl+Break, which is SIGBREAK. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'];
/** The exit code of a process that was interrupted, as shells count: 128 and SIGINT's number. */
const INTERRUPTED = 130;
/** Aborts `stop` at the first signal that ends a step, and ends the process at the second. Returns how to undo that. */
function stopOnSignal(stop) {
    const onSignal = () => {
        if (stop.signal.aborted)
            (0,exit/* exitNow */.l3)(INTERRUPTED);
        stop.abort();
    };
    for (const signal of SIGNALS)
        process.on(signal, onSignal);
    return () => {
        for (const signal of SIGNALS)
            process.off(signal, onSignal);
    };
}

;// CONCATENATED MODULE: ./lib/report/apart.js





/** In characters and bytes: what is said is short, and the result has the room that jobs would take. */
const apart_LONGEST = { message: 4_000, result: 800_000, shown: 50_000 };
/** The outputs; of those that speak of jobs, only what is given here. */
function outputsOfApart({ outcome, message, errorCode, result }) {
    const { json, cut } = boundedJson(result, apart_LONGEST.result);
    return {
        outcome,
        result: json,
        message: plainText(message, apart_LONGEST.message) + (cut ? ' (shortened to fit: result)' : ''),
        'error-code': plainText(errorCode, 200)
    };
}
/** Prints it: the step's one annotation. */
function printApart({ outcome, message }, failOn, printer) {
    const level = fails(outcome, failOn) ? 'error' : outcome === 'success' ? 'notice' : 'warning';
    const { titleWithoutJob: title, adviceWithoutJob: advice = '' } = ENDINGS[outcome];
    printer[level]([plainText(message, apart_LONGEST.message), advice].filter(Boolean).join('\n'), { title });
}
/** The job summary. */
function summaryOfApart({ outcome, message, result }) {
    const { symbol, titleWithoutJob, adviceWithoutJob } = ENDINGS[outcome];
    const shown = Object.keys(result).length > 0 ? verbatim(boundedJson(result, apart_LONGEST.shown).json, apart_LONGEST.shown) : '';
    return [
        `### ${symbol} ${titleWithoutJob}`,
        `<p>${verbatim(message)}</p>`,
        shown && `<p>${shown}</p>`,
        adviceWithoutJob && `**What next**\n\n${html_listOf([escapeHtml(adviceWithoutJob)])}`
    ]
        .filter(Boolean)
        .join('\n\n')
        .concat('\n');
}

;// CONCATENATED MODULE: ./lib/report/step.js










/**
 * Decides what a step comes to, writes and prints it, and returns the exit code. What happened apart from the jobs counts,
 * unless a job failed the step: then it is only mentioned.
 */
function reportStep({ awaited, apart, status, elapsed }, showing, printer) {
    const { server, failOn, summary, timeline, names, given, startedAt } = showing;
    const [first, ...others] = awaited.map(names.withName);
    const conclusion = first === undefined ? null : conclude([first, ...others], failOn, { startedAt, elapsed, given });
    const continuation = continuationOf(awaited, server, given);
    const decisive = conclusion?.level === 'error' ? null : apart;
    writeOutputs({
        ...(conclusion === null ? outputsWithoutJobs(elapsed) : outputsOf(conclusion, server)),
        ...(decisive === null ? {} : outputsOfApart(decisive)),
        'status-code': status === null ? '' : String(status)
    }, printer, awaited.flatMap(({ ending: { job } }) => (job?.recognized ? [job.state] : [])));
    if (summary && conclusion !== null)
        writeSummary(summaryOf(conclusion, { server, timeline, continuation }), printer);
    if (summary && apart !== null)
        writeSummary(summaryOfApart(apart), printer);
    if (decisive !== null)
        printApart(decisive, failOn, printer);
    else if (conclusion !== null)
        printEnding(conclusion, continuation, printer);
    if (apart !== decisive && apart !== null)
        printer.info(plainText(apart.message));
    return exitCodeOf(conclusion, apart, failOn);
}
/** 0 only where every job, and what happened apart from them, has ended in a way that passes. */
function exitCodeOf(conclusion, apart, failOn) {
    const jobsPass = conclusion === null ? apart !== null : conclusion.level !== 'error';
    if (jobsPass && (apart === null || !fails(apart.outcome, failOn)))
        return 0;
    const isCancelled = [apart?.outcome, conclusion?.worst.ending.outcome].includes('cancelled');
    return isCancelled ? INTERRUPTED : 1;
}

;// CONCATENATED MODULE: ./lib/report/timeline.js

/** A state that changes more often than this is not followed any further: a wait's memory stays bounded. */
const timeline_MOST_SPANS = 200;
function createTimeline() {
    const begun = new Map();
    const ends = new Map();
    return {
        observe: event => {
            if (event.kind === 'ended')
                ends.set(event.awaited.reference, event.awaited.elapsed);
            if (event.kind === 'answer' && event.after !== null && !jobOf(event.after)?.over)
                begin(event.after, event.elapsed);
        },
        spansOf: reference => {
            const spans = begun.get(reference) ?? [];
            const end = ends.get(reference) ?? 0;
            return spans.map((span, index) => ({ ...span, to: spans[index + 1]?.from ?? end }));
        }
    };
    function begin(watch, from) {
        const spans = begun.get(watch.reference) ?? [];
        const last = spans.at(-1);
        const now = shownState(watch);
        if ((last?.state === now.state && last.active === now.active) || spans.length === timeline_MOST_SPANS)
            return;
        begun.set(watch.reference, [...spans, { ...now, from }]);
    }
}
function shownState(watch) {
    const { faults, misses, denials } = watch.errors;
    if (faults > 0)
        return { state: 'no answer', active: false };
    if (misses > 0)
        return { state: 'not found', active: false };
    if (denials > 0)
        return { state: 'refused', active: false };
    const job = jobOf(watch);
    const state = job?.stale ? 'not started' : job?.state;
    return { state: state || 'accepted', active: job !== null && job.idle === null };
}

;// CONCATENATED MODULE: ./lib/runner/unexpected-end.js

/**
 * Has `report` called as the process ends in a way that nobody decided on: an exception or a rejection that nothing caught,
 * an exit from elsewhere, a promise that never settles. The exit code is then a failure. Returns how to undo that.
 */
function watchForUnexpectedEnd(report) {
    let cause;
    const onError = (error) => {
        cause = error ?? new Error(`${error} was thrown`);
        process.exit(1);
    };
    const onExit = (code) => {
        if (code === INTERRUPTED)
            return;
        process.exitCode = 1;
        report(cause ?? new Error(`the process ended early, with exit code ${code}`));
    };
    process.once('uncaughtException', onError);
    process.once('exit', onExit);
    return () => {
        process.off('uncaughtException', onError);
        process.off('exit', onExit);
    };
}

;// CONCATENATED MODULE: ./lib/main.js























/**
 * The step, from its inputs to its outputs and exit code. The exit code is a failure from the start: a promise that never
 * settles, or an exit from elsewhere, is never green.
 */
async function main() {
    process.exitCode = 1;
    const progress = { origin: '', outcomes: new Map() };
    const unwatch = watchForUnexpectedEnd(error => reportDefect(error, progress, toolkit_namespaceObject));
    try {
        const reading = readInputs({ get: toolkit_getInput, readFile: readTextFile, environment: process.env });
        protect(reading.secrets);
        process.exitCode =
            'faults' in reading ? reportFaults(reading.faults, reading.summary, toolkit_namespaceObject) : await run(reading.settings, progress);
    }
    catch (error) {
        process.exitCode = reportDefect(error, progress, toolkit_namespaceObject);
    }
    unwatch();
}
/** Finds the jobs, awaits them batch by batch, and reports what came of it. Resolves with the exit code. */
async function run(settings, progress) {
    const { source, rules, failOn, failFast } = settings;
    progress.origin = settings.server.origin;
    const client = connect(settings);
    const stop = new AbortController();
    const ignoreSignals = stopOnSignal(stop);
    const session = {
        settings,
        client,
        ask: createAsk(client, systemClock.wall),
        stop: stop.signal,
        timeline: createTimeline(),
        names: createNames(),
        progress,
        startedAt: systemClock.now(),
        startedAtWall: systemClock.wall()
    };
    const limits = { deadline: session.startedAt + rules.timeout, unreachableTimeout: rules.unreachableTimeout };
    const isLast = ({ ending }) => 'reason' in ending || (failFast && fails(ending.outcome, failOn));
    const awaited = [];
    let apart = null;
    let status = null;
    for (const warning of settings.warnings)
        toolkit_warning(warning);
    try {
        for await (const found of findJobs(source, {
            ...session,
            clock: systemClock,
            random: Math.random,
            limits,
            log: toolkit_namespaceObject
        })) {
            status = found.status;
            if ('apart' in found)
                apart = found.apart;
            else {
                const batch = await awaitOrLeave(found.references, session);
                awaited.push(...batch);
                if (batch.some(isLast))
                    break;
            }
        }
        const elapsed = systemClock.now() - session.startedAt;
        const showing = { ...settings, timeline: session.timeline, names: session.names, startedAt: session.startedAtWall };
        return reportStep({ awaited, apart, status, elapsed }, showing, toolkit_namespaceObject);
    }
    finally {
        client.close();
        ignoreSignals();
    }
}
function connect({ server, credentials, oauth, headers: further, trust, proxy, requestTimeout }) {
    const headers = {
        accept: 'application/hal+json, application/json',
        ...(credentials === null ? {} : { authorization: authorizationOf(credentials) }),
        ...further
    };
    const client = createClient({ origin: server.origin, headers, trust, proxy, requestTimeout }, toolkit_debug);
    if (oauth === null)
        return client;
    const tokenClient = createClient({
        origin: oauth.origin,
        name: tokenServerOf(oauth),
        headers: { accept: 'application/json' },
        trust: { ...trust, identity: null },
        proxy: oauth.proxy,
        requestTimeout
    }, toolkit_debug);
    return withTokens(client, oauth, { tokenClient, clock: systemClock, keepSecret: token => protect([token]) });
}
/** Awaits jobs, unless the inputs say to leave them. */
async function awaitOrLeave(references, session) {
    session.names.add(references);
    if (session.settings.waits)
        return awaitJobs(references, session);
    return references.map(reference => leave(reference, systemClock.now() - session.startedAt));
}
/** Awaits jobs together, and has the server cancel those that the inputs say so of. */
async function awaitJobs(references, session) {
    const { settings, client, ask, stop, timeline, names, progress, startedAt } = session;
    const { rules, failOn, failFast, cancelOn } = settings;
    const log = createLog(references, names, toolkit_namespaceObject);
    for (const reference of references)
        progress.outcomes.set(reference, 'unrecognized');
    const waiting = wait(references, rules, {
        ask,
        clock: systemClock,
        random: Math.random,
        startedAt,
        stop,
        observe: event => {
            if (event.kind === 'ended')
                progress.outcomes.set(event.awaited.reference, event.awaited.ending.outcome);
            timeline.observe(event);
            names.observe(event);
            log(event);
        },
        isFinal: ending => failFast && fails(ending.outcome, failOn)
    });
    // The first request is under way while the jobs are announced. Both are awaited together: if announcing them throws, a
    // wait that rejects later would otherwise be an unhandled rejection.
    const [awaited] = await Promise.all([waiting, introduce(references, session)]);
    const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.aborted);
    return cancelJobs(awaited, outcomes, { client, ask, clock: systemClock });
}
async function introduce(references, { settings, names, startedAtWall }) {
    announce({ ...settings, references, names }, startedAtWall, toolkit_namespaceObject);
    if (settings.cancelOn.length === 0)
        return;
    const without = references.map(({ api }) => api).find(({ cancel }) => cancel === undefined);
    if (without !== undefined)
        toolkit_warning(`${without.title} cannot cancel a job: "cancel-job" has no effect`);
}


/***/ }),

/***/ 140:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   NS: () => (/* binding */ exit),
/* harmony export */   XA: () => (/* binding */ ignoreBrokenPipes),
/* harmony export */   l3: () => (/* binding */ exitNow)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(500);


/** How long the last lines may take to be read, in ms: a pipe that nobody reads must not hold up the step. */
const LONGEST_FLUSH = 1_000;
/** What occupies a thread of libuv, all of which `process.exit` waits for: a resolver can take minutes to give up. */
const ON_THREADS = ['GetAddrInfoReqWrap', 'FSReqCallback'];
/** What takes the place of this process; Windows has no such file. */
const SHELL = '/bin/sh';
/** Ends the process with `process.exitCode` once what was printed is flushed, no matter what still hangs. */
async function exit() {
    await Promise.all([process.stdout, process.stderr].map(flush));
    // What called this may be the last word of a resolver, which is on its thread until the next turn of the event loop.
    await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setImmediate)();
    exitNow(Number(process.exitCode));
}
/**
 * Ends the process. Where a thread would hold up `process.exit`, another program takes its place, which drops all threads
 * and exits with the same code. Without a `shell`, or in Node.js before 22.15, that cannot be: a failed step is killed there,
 * and a success waits.
 */
function exitNow(code, shell = SHELL) {
    if (process.getActiveResourcesInfo().some(name => ON_THREADS.includes(name))) {
        // `execve` aborts the process where there is no such program.
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(shell))
            process.execve?.(shell, ['sh', '-c', `exit ${code}`], {});
        if (code !== 0)
            process.kill(process.pid, 'SIGKILL');
    }
    process.exit(code);
}
/** A reader that has gone away is not a reason to fail: the verdict does not depend on the log. Must be called first. */
function ignoreBrokenPipes() {
    for (const stream of [process.stdout, process.stderr])
        stream.on('error', () => { });
}
/** Resolves once all that was written to a stream is with its reader, or cannot be. */
function flush(stream) {
    return new Promise(resolve => {
        setTimeout(resolve, LONGEST_FLUSH);
        stream.write('', () => resolve());
    });
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(691);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
