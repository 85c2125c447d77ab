const __nccwpck_require__ = (function __nccwpck_require__(moduleId) {
  var cachedModule = __webpack_module_cache__[moduleId];
  if (cachedModule !== undefined) {
    return cachedModule.exports;
  }
  var module = __webpack_module_cache__[moduleId] = {
    exports: {}
  };
  var threw = true;
  try {
    __webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
    threw = false;
  } finally {
    if (threw) delete __webpack_module_cache__[moduleId];
  }
  return module.exports;
});
const require = process.getBuiltinModule;
const defer = (name => {
  let loaded;
  const load = (() => loaded ??= require(name));
  return new Proxy({}, {
    get: ((_, member) => load()[member]),
    has: (_, member) => member in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, member) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), member);
      return found && {
        ...found,
        configurable: true
      };
    }
  });
});
const __WEBPACK_EXTERNAL_MODULE_undici__ = {};
const __WEBPACK_EXTERNAL_MODULE__actions_exec_8cdb9109__ = {};
var __webpack_modules__ = {
  770: (((module, __unused_webpack_exports, __nccwpck_require__) => {
    module.exports = __nccwpck_require__(218);
  })),
  218: (((__unused_webpack_module, exports, __nccwpck_require__) => {
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
      var options = mergeOptions({
        request: req
      }, self.options, toOptions(host, port, localAddress));
      if (self.sockets.length >= this.maxSockets) {
        self.requests.push(options);
        return;
      }
      self.createSocket(options, function (socket) {
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
        connectOptions.headers['Proxy-Authorization'] = 'Basic ' + new Buffer(connectOptions.proxyAuth).toString('base64');
      }
      debug('making CONNECT request');
      var connectReq = self.request(connectOptions);
      connectReq.useChunkedEncodingByDefault = false;
      connectReq.once('response', onResponse);
      connectReq.once('upgrade', onUpgrade);
      connectReq.once('connect', onConnect);
      connectReq.once('error', onError);
      connectReq.end();
      function onResponse(res) {
        res.upgrade = true;
      }
      function onUpgrade(res, socket, head) {
        process.nextTick(function () {
          onConnect(res, socket, head);
        });
      }
      function onConnect(res, socket, head) {
        connectReq.removeAllListeners();
        socket.removeAllListeners();
        if (res.statusCode !== 200) {
          debug('tunneling socket could not be established, statusCode=%d', res.statusCode);
          socket.destroy();
          var error = new Error('tunneling socket could not be established, ' + 'statusCode=' + res.statusCode);
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
        debug('tunneling socket could not be established, cause=%s\n', cause.message, cause.stack);
        var error = new Error('tunneling socket could not be established, ' + 'cause=' + cause.message);
        error.code = 'ECONNRESET';
        options.request.emit('error', error);
        self.removeSocket(placeholder);
      }
    };
    TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
      var pos = this.sockets.indexOf(socket);
      if (pos === -1) {
        return;
      }
      this.sockets.splice(pos, 1);
      var pending = this.requests.shift();
      if (pending) {
        this.createSocket(pending, function (socket) {
          pending.request.onSocket(socket);
        });
      }
    };
    function createSecureSocket(options, cb) {
      var self = this;
      TunnelingAgent.prototype.createSocket.call(self, options, function (socket) {
        var hostHeader = options.request.getHeader('host');
        var tlsOptions = mergeOptions({}, self.options, {
          socket: socket,
          servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
        });
        var secureSocket = tls.connect(0, tlsOptions);
        self.sockets[self.sockets.indexOf(socket)] = secureSocket;
        cb(secureSocket);
      });
    }
    function toOptions(host, port, localAddress) {
      if (typeof host === 'string') {
        return {
          host: host,
          port: port,
          localAddress: localAddress
        };
      }
      return host;
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
      debug = function () {
        var args = Array.prototype.slice.call(arguments);
        if (typeof args[0] === 'string') {
          args[0] = 'TUNNEL: ' + args[0];
        } else {
          args.unshift('TUNNEL:');
        }
        console.error.apply(console, args);
      };
    } else {
      debug = function () {};
    }
    __webpack_unused_export__ = debug;
  })),
  613: ((module => {
    module.exports = defer("assert");
  })),
  434: ((module => {
    module.exports = require("events");
  })),
  611: ((module => {
    module.exports = require("http");
  })),
  692: ((module => {
    module.exports = defer("https");
  })),
  278: ((module => {
    module.exports = require("net");
  })),
  756: ((module => {
    module.exports = defer("tls");
  })),
  23: ((module => {
    module.exports = require("util");
  })),
  957: ((() => {
    if (/^\s*https:/i.test(process.env.INPUT_URL ?? '')) process.getBuiltinModule('node:tls');
  })),
  691: (((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.a(__webpack_module__, (async (__webpack_handle_async_dependencies__, __webpack_async_result__) => {
      try {
        var _http_warm_up_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(957);
        var _main_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(661);
        await (0, _main_js__WEBPACK_IMPORTED_MODULE_1__.i)();
        __webpack_async_result__();
      } catch (e) {
        __webpack_async_result__(e);
      }
    }), 1);
  })),
  661: (((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
    const encodeSegment = (function encodeSegment(key) {
      return encodeURIComponent(key).replaceAll('%3A', ':');
    });
    const encodeQuery = (function encodeQuery(value) {
      return encodeSegment(value).replaceAll('*', '%2A');
    });
    const asObject = (function asObject(value) {
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
    });
    const asObjects = (function asObjects(value) {
      return Array.isArray(value) ? value.map(asObject).filter(member => member !== null) : [];
    });
    const asText = (function asText(value) {
      if (typeof value === 'string') return value.trim();
      return Number.isFinite(value) ? String(value) : '';
    });
    const asWord = (function asWord(value) {
      return asText(value).toLowerCase().replace(/[\s_-]+/g, '_');
    });
    const asCount = (function asCount(value) {
      const count = Number(asText(value) || 0);
      return Number.isFinite(count) && count > 0 ? Math.floor(count) : 0;
    });
    const asInstant = (function asInstant(value) {
      const text = asText(value);
      if (!ISO_8601.test(text)) return null;
      const instant = Date.parse(text);
      return Number.isNaN(instant) ? null : instant;
    });
    const outcomeOf = (function outcomeOf(verdict) {
      return OUTCOMES[verdict];
    });
    const unified_manager_read = (function unified_manager_read(body) {
      const key = asText(body.key);
      if (key === '') return null;
      const dated = asText(body.complete_time) !== '';
      const {
        verdict,
        recognized
      } = judge(asWord(body.state), asWord(body.status), dated);
      const failures = failuresOf(body);
      const childrenRunning = asCount(asObject(body.spawned_job_summary)?.running_jobs);
      const over = childrenRunning === 0 ? verdict : null;
      return {
        key,
        name: asText(body.name),
        state: over ?? asText(body.state),
        verdict: over,
        recognized,
        dated,
        message: messageOf(over, verdict, childrenRunning, failures),
        errorCode: '',
        failures,
        result: Object.fromEntries(asObjects(body.job_results).map(({
          name,
          value
        }) => [asText(name), value ?? null])),
        startedAt: asInstant(body.submit_time),
        endedAt: asInstant(body.complete_time),
        lastModified: asText(body.last_modified) || null,
        source: body
      };
    });
    const judge = (function judge(state, status, dated) {
      if (unified_manager_PENDING.has(state)) return pending;
      if (state === 'aborted') return ended('ERROR');
      if (state === 'completed') return ended(unified_manager_VERDICT_WORDS.get(status) ?? 'ERROR');
      const documented = unified_manager_VERDICT_WORDS.get(state);
      if (documented !== undefined && (status === '' || status === state)) {
        return documented === 'WARNING' && !dated ? pending : ended(documented);
      }
      if (dated) return ended(unified_manager_VERDICT_WORDS.get(status) ?? 'ERROR');
      return {
        verdict: null,
        recognized: false
      };
    });
    const failuresOf = (function failuresOf(body) {
      return asObjects(body.task_reports).map(report => ({
        task: asText(report.name) || asText(report.type),
        reason: asText(report.failure_reason)
      })).filter(({
        reason
      }) => reason !== '');
    });
    const failedChildren = (function failedChildren(job) {
      const spawned = asCount(asObject(job.source.spawned_job_summary)?.total_jobs);
      if (spawned === 0 || job.verdict === 'NORMAL') return null;
      const path = `/management-server/jobs?parent_job_key=${encodeQuery(job.key)}&max_records=${LONGEST_PAGE}`;
      return {
        path,
        decisive: false
      };
    });
    const messageOf = (function messageOf(over, verdict, childrenRunning, failures) {
      if (verdict !== null && over === null) return `waiting for ${childrenRunning} spawned job(s)`;
      if (over === null || over === 'NORMAL') return '';
      return sentence(failures);
    });
    const apiNamed = (function apiNamed(name) {
      return APIS.find((api => api.name === name));
    });
    const statusPath = (function statusPath({
      api,
      root,
      key
    }) {
      return `${root}${apiNamed(api).collection}/${encodeSegment(key)}`;
    });
    const startLongPoll = (function startLongPoll(ms) {
      return {
        seconds: Math.min(Math.floor(ms / 1_000), LONGEST_HOLD),
        unheld: 0
      };
    });
    const holdFor = (function holdFor(watch, situation) {
      const {
        job,
        faults,
        misses,
        denials,
        confirming,
        settling
      } = watch;
      if (situation.open > LANES || !apiNamed(watch.reference.api).longPoll) return 0;
      if (job === null || faults + misses + denials > 0 || confirming !== null || settling !== null) return 0;
      return Math.max(0, Math.min(situation.longPoll.seconds, Math.floor((situation.deadline - situation.now) / 1_000)));
    });
    const plan = (function plan(idle, situation) {
      const {
        now,
        free,
        deadline
      } = situation;
      const waiting = [...idle].sort((one, other) => one.dueAt - other.dueAt);
      const questions = [];
      while (questions.length < free) {
        const first = waiting[0];
        if (first === undefined || Math.min(first.dueAt, deadline) > now) break;
        const seconds = holdFor(first, situation);
        if (seconds > 0) {
          questions.push({
            references: [first.reference],
            hold: {
              seconds,
              lastModified: first.job?.lastModified ?? null
            },
            settling: null
          });
          waiting.shift();
          continue;
        }
        const chosen = together(first, waiting, situation);
        questions.push({
          references: chosen.map((({
            reference
          }) => reference)),
          hold: null,
          settling: first.settling
        });
        for (const watch of chosen) waiting.splice(waiting.indexOf(watch), 1);
      }
      return questions;
    });
    const together = (function together(first, waiting, situation) {
      if (!isListed(first, situation)) return [first];
      const chosen = [];
      let length = 0;
      for (const watch of waiting) {
        if (watch.askableAt > situation.now && situation.now < situation.deadline) continue;
        if (holdFor(watch, situation) > 0) continue;
        if (!isListed(watch, situation) || watch.reference.root !== first.reference.root) continue;
        length += encodeQuery(watch.reference.key).length + 1;
        if (chosen.length === LONGEST_LIST || chosen.length > 0 && length > LONGEST_KEYS) break;
        chosen.push(watch);
      }
      return chosen;
    });
    const isListed = (function isListed(watch, situation) {
      return situation.lists && !watch.alone && watch.settling === null && apiNamed(watch.reference.api).listQuery !== null;
    });
    const startWatch = (function startWatch(reference, now) {
      return {
        reference,
        startedAt: now,
        job: null,
        seenAt: null,
        requests: 0,
        resolved: false,
        troubledAt: null,
        faults: 0,
        misses: 0,
        denials: 0,
        trouble: '',
        confirming: null,
        settling: null,
        early: 0,
        omissions: 0,
        alone: false,
        dueAt: now,
        askableAt: now
      };
    });
    const watch_judge = (function watch_judge(asked, answer, landing, rules, random) {
      const settle = (function settle(job, alone) {
        const details = apiNamed(watch.reference.api).details(job, watch.reference.told);
        if (details === null) return watch_ended(job);
        const confirming = details.decisive ? null : job.verdict;
        return again({
          ...HEALTHY,
          job,
          seenAt: now,
          alone,
          settling: job,
          confirming
        }, 0);
      });
      const watch = {
        ...asked,
        requests: asked.requests + 1,
        resolved: asked.resolved || !isUnresolved(answer)
      };
      const {
        now,
        hold
      } = landing;
      const again = (changes, pause) => {
        const delay = Math.max(pause, landing.retryAfter ?? 0);
        const share = Math.max(delay * LEAST_SHARE_OF_PAUSE, LEAST_PAUSE, landing.retryAfter ?? 0);
        const least = changes.faults ? delay : Math.min(delay, share);
        return {
          watch: {
            ...watch,
            ...changes,
            dueAt: now + delay,
            askableAt: now + least
          }
        };
      };
      const fault = what => {
        const faults = watch.faults + 1;
        const troubledAt = watch.troubledAt ?? owedSince(landing);
        const patience = troubledAt + rules.unreachableTimeout - now;
        if (patience <= 0 && faults > 1 || !watch.resolved && faults >= UNRESOLVED_TRIES) {
          return {
            ending: concede(watch, 'unreachable', what)
          };
        }
        const pause = backoff(faults, random);
        return again({
          faults,
          troubledAt,
          trouble: what
        }, patience > 0 ? Math.min(pause, patience) : pause);
      };
      if (watch.settling !== null && watch.confirming !== null && answer.kind !== 'details') {
        return watch_ended(watch.settling);
      }
      switch (answer.kind) {
        case 'job':
          {
            const {
              job
            } = answer;
            const alone = watch.alone && watch.omissions >= MOST_OMISSIONS;
            if (job.verdict !== null && (job.dated || job.verdict === watch.confirming)) {
              return settle(job, alone);
            }
            const changes = {
              ...HEALTHY,
              job,
              seenAt: now,
              alone,
              confirming: job.verdict
            };
            if (job.verdict === null) return pending(changes, job);
            return again(changes, watch.confirming === null ? 0 : standard(job));
          }
        case 'details':
          return watch_ended(answer.job);
        case 'accepted':
          return pending(HEALTHY, watch.job);
        case 'unlisted':
          return again({
            omissions: watch.omissions + 1,
            alone: true
          }, 0);
        case 'missing':
          {
            const told = watch.job === null ? watch.reference.told : null;
            if (told?.verdict) return settle(told, watch.alone);
            const changes = {
              misses: watch.misses + 1,
              trouble: answer.what
            };
            if (watch.job !== null) {
              if (watch.misses > 0) return {
                ending: concede(watch, 'lost', answer.what)
              };
              return again(changes, standard(watch.job));
            }
            const graceLeft = watch.startedAt + GRACE - now;
            if (graceLeft <= 0 && watch.misses > 0) return {
              ending: concede(watch, 'not-found', answer.what)
            };
            const pause = backoff(changes.misses, random);
            return again(changes, graceLeft <= 0 ? pause : Math.min(pause, graceLeft));
          }
        case 'denied':
          if (answer.final || watch.denials > 0) return {
            ending: concede(watch, 'unauthorized', answer.what)
          };
          return again({
            denials: 1,
            trouble: answer.what
          }, backoff(1, random));
        case 'refused':
          if (hold !== null) return again({}, 0);
          return watch.requests === (watch.alone ? 2 : 1) ? {
            ending: concede(watch, 'unreachable', answer.what)
          } : fault(answer.what);
        case 'fault':
          if (isCutNearHold(answer, hold, now - landing.askedAt)) return again({}, 0);
          return fault(answer.what);
        case 'fatal':
          return {
            ending: concede(watch, 'unreachable', answer.what)
          };
      }
      function standard(job) {
        const longest = Math.min(rules.pollInterval, apiNamed(watch.reference.api).longestPause);
        return standardPause(ageOf(job, watch.startedAt, landing), longest, random);
      }
      function pending(changes, job) {
        if (hold !== null && isEarly(hold, now - landing.askedAt)) {
          const early = watch.early + 1;
          return again({
            ...changes,
            early
          }, chatterPause(early, standard(job)));
        }
        const holds = watch.confirming === null && landing.holdNext({
          ...watch,
          ...changes
        });
        return again({
          ...changes,
          early: 0
        }, holds ? 0 : standard(job));
      }
    });
    const watch_ended = (function watch_ended(job) {
      return {
        ending: {
          outcome: outcomeOf(job.verdict ?? 'ERROR'),
          job
        }
      };
    });
    const isUnresolved = (function isUnresolved(answer) {
      return answer.kind === 'fault' && answer.why === 'unresolved';
    });
    const wait = (async function wait(references, rules, {
      ask,
      clock,
      startedAt = clock.now(),
      random,
      stop,
      observe,
      isFinal
    }) {
      const idle = (function idle() {
        const busy = new Set([...flights.keys()].flatMap((question => question.references)));
        return [...open.values()].filter((({
          reference
        }) => !busy.has(reference)));
      });
      const launch = (function launch() {
        const now = clock.now();
        const free = LANES - flights.size;
        const lists = unfitLists < UNFIT_LISTS;
        for (const question of plan(idle(), {
          now,
          deadline,
          free,
          longPoll,
          lists,
          open: open.size
        })) {
          const flight = new AbortController();
          flights.set(question, flight);
          ask(question, flight.signal).then((reply => {
            if (open.size > 0) land(question, reply, now);
          })).catch(error => {
            defect = error ?? new Error('the request failed without a reason');
          }).finally((() => {
            flights.delete(question);
            wake();
          }));
        }
      });
      const nextEvent = (async function nextEvent() {
        const due = flights.size < LANES ? idle().map(({
          dueAt
        }) => Math.min(dueAt, deadline)) : [];
        alarm = new AbortController();
        alarmAt = Math.min(...due, clock.now() < deadline ? deadline : latest());
        await clock.sleep(alarmAt - clock.now(), alarm.signal);
      });
      const latest = (function latest() {
        return Math.max(deadline, wokeAt) + OVERTIME;
      });
      const noticeSleep = (function noticeSleep() {
        const now = clock.now();
        if (now < deadline || now <= alarmAt + OVERSLEPT || wokeAt >= deadline) return;
        wokeAt = now;
        alarmAt = now;
        for (const flight of flights.values()) flight.abort();
      });
      const land = (function land(question, reply, askedAt) {
        noticeSleep();
        const now = clock.now();
        const sleptThrough = askedAt < wokeAt;
        let final = false;
        if (question.references.length > 1) unfitLists = reply.filtered ? 0 : unfitLists + 1;
        question.references.forEach(((reference, index) => {
          const before = open.get(reference);
          const answer = reply.answers[index];
          if (sleptThrough && answer.kind !== 'job' && answer.kind !== 'details') return;
          if (question.hold !== null) teach(before, answer, question.hold, now - askedAt);
          const holdNext = watch => holdFor(watch, {
            now,
            deadline,
            longPoll,
            open: open.size
          }) > 0;
          const {
            retryAfter,
            serverNow
          } = reply;
          const landing = {
            askedAt,
            now,
            hold: question.hold,
            retryAfter,
            serverNow,
            holdNext
          };
          const step = watch_judge(before, answer, landing, rules, random);
          const after = 'watch' in step ? step.watch : null;
          observe({
            kind: 'answer',
            elapsed: now - startedAt,
            answer,
            before,
            after
          });
          if (after !== null && (sleptThrough || !isSettled(answer, before, after, askedAt))) open.set(reference, after);else {
            const ending = 'ending' in step ? step.ending : expire(step.watch);
            end(after ?? {
              ...before,
              requests: before.requests + 1
            }, ending);
            final ||= isFinal(ending);
          }
        }));
        observe({
          kind: 'replied',
          elapsed: now - startedAt
        });
        if (final) endAll('another job failed, and "fail-fast" is set');
      });
      const end = (function end({
        reference,
        requests,
        seenAt
      }, ending) {
        const seen = seenAt === null ? null : seenAt - startedAt;
        const awaited = {
          reference,
          ending,
          elapsed: clock.now() - startedAt,
          requests,
          seenAt: seen
        };
        open.delete(reference);
        ended.set(reference, awaited);
        observe({
          kind: 'ended',
          awaited
        });
      });
      const deadline = startedAt + rules.timeout;
      const open = new Map(references.map((reference => [reference, startWatch(reference, clock.now())])));
      const ended = new Map();
      const flights = new Map();
      let longPoll = startLongPoll(rules.longPoll);
      let unfitLists = 0;
      let wokeAt = Number.NEGATIVE_INFINITY;
      let alarmAt = startedAt;
      let defect;
      let alarm = new AbortController();
      const wake = (() => alarm.abort('woken'));
      stop.addEventListener('abort', wake);
      try {
        while (open.size > 0) {
          noticeSleep();
          if (stop.aborted) endAll('the workflow was cancelled');else if (clock.now() >= latest()) for (const watch of open.values()) end(watch, expire(watch));else {
            launch();
            await nextEvent();
            if (defect !== undefined) throw defect;
          }
        }
      } finally {
        stop.removeEventListener('abort', wake);
        for (const flight of flights.values()) flight.abort();
      }
      return references.map((reference => ended.get(reference)));
      function isSettled(answer, before, after, askedAt) {
        if (clock.now() < deadline || answer.kind === 'unlisted') return false;
        if (after.settling !== null) return before.settling !== null;
        if (after.confirming !== null && answer.kind === 'job') return before.confirming !== null;
        return askedAt >= deadline || answer.kind === 'job' || answer.kind === 'accepted';
      }
      function teach(before, answer, hold, took) {
        const known = longPoll;
        longPoll = learn(known, answer, hold, took, isNews(answer, before.job));
        if (longPoll.seconds !== known.seconds) {
          observe({
            kind: 'long-poll',
            elapsed: clock.now() - startedAt,
            longPoll,
            answer
          });
        }
      }
      function endAll(reason) {
        for (const watch of open.values()) end(watch, concede(watch, 'cancelled', reason));
      }
    });
    const plainText = (function plainText(text, longest = 1_000) {
      const line = (0, external_node_util_namespaceObject.stripVTControlCharacters)(text.slice(0, Math.min(LOOKED_AT * longest, LONGEST_INPUT))).toWellFormed().replace(/\p{Cf}/gu, '').replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim().replaceAll('##[', '## [').replace(/^::/, ': :');
      return shorten(line, longest);
    });
    const shorten = (function shorten(text, longest) {
      if (text.length <= longest) return text;
      return `${text.slice(0, Math.max(longest - 1, 0)).replace(/[\uD800-\uDBFF]$/, '')}\u2026`;
    });
    const classifyJob = (function classifyJob(exchange, api, key) {
      const body = classifyBody(exchange, api);
      if ('kind' in body) return body;
      const job = api.read(body.object);
      if (job === null) return fault(`the answer is JSON, but no job: ${excerpt(body.received)}`);
      if (api.canonicalKey(job.key) !== api.canonicalKey(key)) {
        return fault(`the answer is about another job, ${plainText(job.key, 100)}`);
      }
      return {
        kind: 'job',
        job
      };
    });
    const classifyBody = (function classifyBody(exchange, api) {
      if (!exchange.ok) {
        const {
          fatal,
          what,
          why
        } = exchange.failure;
        return fatal ? {
          kind: 'fatal',
          what
        } : {
          kind: 'fault',
          what,
          why
        };
      }
      const {
        status,
        headers,
        body
      } = exchange;
      const what = describe(exchange);
      if (status === 401) return {
        kind: 'denied',
        final: true,
        what
      };
      if (status >= 400) {
        const {
          code
        } = errorOf(body);
        if (api.transientCodes.includes(code)) return fault(what);
        if (api.deniedCodes.includes(code)) return {
          kind: 'denied',
          final: false,
          what
        };
      }
      if (status === 202) return {
        kind: 'accepted'
      };
      if (status === 403) return {
        kind: 'denied',
        final: false,
        what
      };
      if (status === 404 || status === 410) return {
        kind: 'missing',
        what
      };
      if (status === 407) return {
        kind: 'fatal',
        what: `a proxy wants credentials: ${what}`
      };
      if (REDIRECTS.includes(status)) {
        const target = plainText(headers.location ?? '', 200);
        return {
          kind: 'fatal',
          what: `${what}, a redirect to ${target || 'nowhere'}, which is not followed`
        };
      }
      if (NEVER.includes(status)) return {
        kind: 'fatal',
        what
      };
      if (LATER.includes(status) || status >= 500) {
        return {
          kind: 'fault',
          what,
          why: GATEWAY.includes(status) ? 'cut' : 'other'
        };
      }
      if (status >= 400) return {
        kind: 'refused',
        what
      };
      if (body.trim() === '') return fault(`${what} with an empty body`);
      if (status !== 200) return fault(what);
      const object = asObject(parseJson(body));
      return object === null ? fault(`the answer is no JSON object: ${excerpt(exchange)}`) : {
        object,
        received: exchange
      };
    });
    const describe = (function describe(exchange) {
      const {
        status,
        reason,
        body,
        headers
      } = exchange;
      const isPage = /^text\/html\b/i.test(headers['content-type'] ?? '');
      const speaker = isPage && BY_PROXY.includes(status) ? 'a proxy' : 'the server';
      const title = `${speaker} answered ${status} ${plainText(reason, 100) || (external_node_http_namespaceObject.STATUS_CODES[status] ?? '')}`.trim();
      if (status < 400) return title;
      const {
        message,
        code,
        target
      } = errorOf(body);
      const details = [code && `code ${plainText(code, 50)}`, target && `target ${plainText(target, 100)}`].filter(Boolean);
      if (message !== '') return `${title}: ${plainText(message, 500)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
      return body.trim() === '' ? title : `${title}: ${excerpt(exchange)}`;
    });
    const parseJson = (function parseJson(body) {
      try {
        return JSON.parse(body.replace(/^\uFEFF/, ''));
      } catch {
        return undefined;
      }
    });
    const cancelJobs = (async function cancelJobs(all, outcomes, {
      client,
      ask,
      clock
    }) {
      const cancellable = (function cancellable({
        reference,
        ending
      }) {
        const {
          cancel
        } = apiNamed(reference.api);
        const isChosen = 'reason' in ending && outcomes.some(outcome => outcome === ending.outcome);
        return isChosen && cancel !== null ? [{
          reference,
          ending,
          cancel
        }] : [];
      });
      const chosen = all.flatMap(cancellable);
      if (chosen.length === 0) return [...all];
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), BUDGET);
      try {
        const asked = new Map(await Promise.all(chosen.map(async one => [one.reference, await request(one)])));
        const references = [...asked].flatMap(([reference, {
          refusal
        }]) => refusal === '' ? [reference] : []);
        const after = await wait(references, RULES, {
          ask,
          clock,
          random: Math.random,
          stop: limit.signal,
          observe: () => {},
          isFinal: () => false
        });
        const seen = new Map(after.map(one => [one.reference, one.ending.job]));
        return all.map(one => {
          const cancelling = asked.get(one.reference);
          return cancelling === undefined ? one : withCancelling(one, cancelling, seen.get(one.reference) ?? null);
        });
      } finally {
        clearTimeout(timer);
      }
      async function request({
        reference,
        ending,
        cancel
      }) {
        const path = `${statusPath(reference)}?${cancel.query}`;
        const exchange = await client.send({
          method: cancel.method,
          path,
          hold: 0
        }, limit.signal);
        return {
          ending,
          refusal: exchange.ok && exchange.status < 300 ? '' : describeExchange(exchange)
        };
      }
    });
    const fromKeys = (function fromKeys(text, place) {
      const lines = text.split(/\r\n|\r|\n/).map((line => line.trim())).filter((line => line !== ''));
      if (/^[{[]/.test(lines[0] ?? '')) {
        return collect([{
          fault: `is the JSON body ${quote(text.trim())}: give it as "response" instead`
        }]);
      }
      return collect(lines.map((line => refer(parseLink(line) ?? {
        key: decodeOnce(line)
      }, place))));
    });
    const refer = (function refer(mention, place, body) {
      const {
        key,
        gateway
      } = mention;
      if (!isSegment(key)) return {
        fault: `${quote(key)} cannot be a job's key`
      };
      if (gateway !== undefined && !isSegment(gateway)) return {
        fault: `${quote(gateway)} cannot be a gateway`
      };
      const gatewayOfRoot = gatewayIn(place.root);
      const isTold = place.api === 'auto' || gatewayOfRoot !== undefined;
      const told = mention.api ?? (isTold ? apiOfRoot(place.root) : undefined);
      if (place.api !== 'auto' && told !== undefined && told.name !== place.api) {
        return {
          fault: `names a job of ${told.title} (${told.name}), but "api" says ${place.api}`
        };
      }
      const api = place.api === 'auto' ? told ?? apiOfShape(key) : apiNamed(place.api);
      if (api === undefined) {
        const names = APIS.map(({
          name
        }) => name).join(', ');
        return {
          fault: `${quote(key)} could be a job of any API: set "api" to one of ${names}`
        };
      }
      if (gateway !== undefined && gatewayOfRoot !== undefined && gateway.toLowerCase() !== gatewayOfRoot.toLowerCase()) {
        return {
          fault: `names a job behind gateway ${gateway}, but "url" names gateway ${gatewayOfRoot}`
        };
      }
      const root = gateway === undefined || gatewayOfRoot !== undefined ? place.root : `${place.root}/gateways/${encodeSegment(gateway)}`;
      return {
        reference: {
          api: api.name,
          key,
          root,
          told: body === undefined ? null : api.read(body)
        }
      };
    });
    const apiOfRoot = (function apiOfRoot(root) {
      if (gatewayIn(root) !== undefined) return apiNamed('ontap');
      return /\/api\/v\d+$/.test(root) ? apiNamed('unified-manager') : undefined;
    });
    const isSegment = (function isSegment(text) {
      return !['', '.', '..'].includes(text) && !/\p{Cc}/u.test(text) && text.isWellFormed();
    });
    const apiOfShape = (function apiOfShape(key) {
      if (UUID.test(key)) return apiNamed('ontap');
      return UNIFIED_MANAGER_KEY.test(key) ? apiNamed('unified-manager') : undefined;
    });
    const parseLink = (function parseLink(text) {
      const path = text.replaceAll('\\', '/').replace(/[?#].*$/s, '').replace(/(?<!\/)\/+$/, '');
      for (const api of APIS) {
        const at = path.lastIndexOf(`${api.collection}/`);
        if (at === -1) continue;
        const key = path.slice(at + api.collection.length + 1);
        if (key.includes('/')) continue;
        const gateway = gatewayIn(path.slice(0, at));
        return {
          key: decodeOnce(key),
          api,
          ...(gateway === undefined ? {} : {
            gateway
          })
        };
      }
      return null;
    });
    const gatewayIn = (function gatewayIn(path) {
      const gateway = /\/gateways\/([^/]+)$/.exec(path)?.[1];
      return gateway === undefined ? undefined : decodeOnce(gateway);
    });
    const decodeOnce = (function decodeOnce(text) {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    });
    const collect = (function collect(referred) {
      const faults = new Set(referred.flatMap((one => 'fault' in one ? [one.fault] : [])));
      const references = referred.flatMap((one => 'reference' in one ? [one.reference] : []));
      const apis = [...new Set(references.map((({
        api
      }) => api)))];
      if (referred.length === 0) faults.add('holds no job');
      if (apis.length > 1) faults.add(`names jobs of different APIs (${apis.join(', ')}): await each in a step of its own`);
      return {
        references: [...new Map(references.map((one => [identityOf(one), one]))).values()],
        faults: [...faults]
      };
    });
    const identityOf = (function identityOf({
      api,
      root,
      key
    }) {
      return `${root} ${apiNamed(api).canonicalKey(key)}`;
    });
    const parseRetryAfter = (function parseRetryAfter(header, serverNow) {
      const delays = (header ?? '').split(SEPARATOR).map((value => delayOf(value.trim(), serverNow))).filter((delay => delay !== null));
      return delays.length === 0 ? null : Math.max(...delays);
    });
    const parseHttpDate = (function parseHttpDate(header = '') {
      const instant = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
      return Number.isNaN(instant) ? null : instant;
    });
    const delayOf = (function delayOf(value, serverNow) {
      if (/^\d+$/.test(value)) return Number(value) * 1_000;
      const instant = parseHttpDate(value);
      return instant === null ? null : Math.max(0, instant - serverNow);
    });
    const timing = (function timing(exchange, wall) {
      if (!exchange.ok) return {
        retryAfter: null,
        serverNow: null
      };
      const serverNow = parseHttpDate(exchange.headers.date);
      return {
        retryAfter: parseRetryAfter(exchange.headers['retry-after'], serverNow ?? wall()),
        serverNow
      };
    });
    const findJobs = (async function* findJobs(source, options) {
      switch (source.kind) {
        case 'jobs':
          yield {
            references: source.references,
            status: null
          };
          break;
        case 'call':
          yield await call(source, options);
          break;
        case 'query':
          yield* query(source, options);
      }
    });
    const sizeOf = (function sizeOf(text) {
      return Math.max(2 * text.length, Buffer.byteLength(text));
    });
    const boundedJson = (function boundedJson(value, longest) {
      for (const measure of MEASURES) {
        const bounded = stringify(value, measure);
        if (sizeOf(bounded.json) <= longest) return bounded;
      }
      return {
        json: '{}',
        cut: true
      };
    });
    const boundedList = (function boundedList(entries, forms, longest) {
      let list = {
        json: '[]',
        cut: entries.length > 0
      };
      for (const [index, form] of forms.entries()) {
        const {
          kept,
          cut
        } = firstFitting(entries, form, longest);
        list = {
          json: `[${kept.join(',')}]`,
          cut: cut || index > 0
        };
        if (kept.length === entries.length) break;
      }
      return list;
    });
    const firstFitting = (function firstFitting(entries, form, longest) {
      const kept = [];
      let cut = false;
      let room = longest - sizeOf('[]');
      for (const entry of entries) {
        const part = stringify(form(entry), WHOLE);
        room -= sizeOf(part.json) + sizeOf(',');
        if (room < 0) return {
          kept,
          cut: true
        };
        kept.push(part.json);
        cut ||= part.cut;
      }
      return {
        kept,
        cut
      };
    });
    const stringify = (function stringify(value, measure) {
      const prune = (function prune(member, depth) {
        if (typeof member === 'string') return short(member);
        if (typeof member !== 'object' || member === null) return member;
        if (depth === DEEPEST) return leftOut('\u2026');
        if (Array.isArray(member)) return few(member).map(one => prune(one, depth + 1));
        return Object.fromEntries(few(Object.entries(member)).map((([name, one]) => [short(name), prune(one, depth + 1)])));
      });
      const short = (function short(text) {
        return text.length <= measure.text ? text : leftOut(shorten(text, measure.text));
      });
      const few = (function few(list) {
        return list.length <= measure.list ? list : leftOut(list.slice(0, measure.list));
      });
      let cut = false;
      return {
        json: JSON.stringify(prune(value, 0)),
        cut
      };
      function leftOut(rest) {
        cut = true;
        return rest;
      }
    });
    const createAsk = (function createAsk(client, wall) {
      const askOne = (async function askOne(api, reference, hold, signal) {
        const path = `${statusPath(reference)}${queryOf(api, hold)}`;
        const exchange = await client.send({
          method: 'GET',
          path,
          hold: (hold?.seconds ?? 0) * 1_000
        }, signal);
        return {
          answers: [classifyJob(exchange, api, reference.key)],
          ...timing(exchange, wall),
          filtered: true
        };
      });
      return (async ({
        references,
        hold,
        settling
      }, signal) => {
        const [first] = references;
        if (first === undefined) return {
          answers: [],
          retryAfter: null,
          serverNow: null,
          filtered: true
        };
        const api = apiNamed(first.api);
        if (settling !== null) return askDetails(api, first, settling, signal);
        return references.length === 1 ? askOne(api, first, hold, signal) : askList(api, first.root, references, signal);
      });
      async function askList(api, root, references, signal) {
        const wanted = new Set(references.map(({
          key
        }) => api.canonicalKey(key)));
        const found = new Map();
        let filtered = true;
        const query = api.listQuery?.(references.map(({
          key
        }) => key));
        const {
          failure,
          ...times
        } = await readPages(client, wall, api, `${root}${api.collection}?${query}`, signal, page => {
          const known = found.size;
          if (!Array.isArray(page.records)) filtered = false;
          for (const record of asObjects(page.records)) {
            const key = api.canonicalKey(asText(record[api.keyField]));
            if (wanted.has(key)) found.set(key, record);else filtered = false;
          }
          return filtered && found.size > known && found.size < wanted.size;
        });
        const otherwise = failure === null ? UNLISTED : withoutList(failure);
        const answers = references.map(({
          key
        }) => {
          const record = found.get(api.canonicalKey(key));
          const job = record === undefined ? null : api.read(record);
          return job === null ? otherwise : {
            kind: 'job',
            job
          };
        });
        return {
          answers,
          ...times,
          filtered: failure === null ? filtered : isPassing(failure)
        };
      }
      async function askDetails(api, {
        root,
        told
      }, job, signal) {
        const path = api.details(job, told)?.path;
        if (path == null) return {
          answers: [NO_LINK],
          retryAfter: null,
          serverNow: null,
          filtered: true
        };
        const pages = [];
        const {
          failure,
          more,
          ...times
        } = await readPages(client, wall, api, `${root}${path}`, signal, page => pages.push(page) > 0);
        return {
          answers: [failure ?? detailsIn(api, job, pages, more)],
          ...times,
          filtered: true
        };
      }
    });
    const queryOf = (function queryOf(api, hold) {
      const parts = api.query === '' ? [] : [api.query];
      if (hold !== null) parts.push(`poll_timeout=${hold.seconds}`);
      if (hold !== null && hold.lastModified !== null) {
        parts.push(`last_modified=${encodeURIComponent(`>=${hold.lastModified}`)}`);
      }
      return parts.length === 0 ? '' : `?${parts.join('&')}`;
    });
    const getProxyUrl = (function getProxyUrl(reqUrl) {
      const usingSsl = reqUrl.protocol === 'https:';
      if (checkBypass(reqUrl)) {
        return undefined;
      }
      const proxyVar = (() => {
        if (usingSsl) {
          return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        } else {
          return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
      })();
      if (proxyVar) {
        try {
          return new DecodedURL(proxyVar);
        } catch (_a) {
          if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://')) return new DecodedURL(`http://${proxyVar}`);
        }
      } else {
        return undefined;
      }
    });
    const checkBypass = (function checkBypass(reqUrl) {
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
      let reqPort;
      if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
      } else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
      } else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
      }
      const upperReqHosts = [reqUrl.hostname.toUpperCase()];
      if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
      }
      for (const upperNoProxyItem of noProxy.split(',').map(x => x.trim().toUpperCase()).filter(x => x)) {
        if (upperNoProxyItem === '*' || upperReqHosts.some(x => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith('.') && x.endsWith(`${upperNoProxyItem}`))) {
          return true;
        }
      }
      return false;
    });
    const isLoopbackAddress = (function isLoopbackAddress(host) {
      const hostLower = host.toLowerCase();
      return hostLower === 'localhost' || hostLower.startsWith('127.') || hostLower.startsWith('[::1]') || hostLower.startsWith('[0:0:0:0:0:0:0:1]');
    });
    const clampDelay = (function clampDelay(ms) {
      return Number.isNaN(ms) ? FALLBACK : Math.min(Math.max(ms, 0), LONGEST_TIMER);
    });
    const createAgent = (function createAgent(origin, tls = {}, tunnels = null) {
      const agent = origin.startsWith('https:') ? new external_node_https_namespaceObject.Agent({
        keepAlive: true,
        ...tls
      }) : new external_node_http_namespaceObject.Agent({
        keepAlive: true
      });
      const reuseSocket = agent.reuseSocket.bind(agent);
      agent.reuseSocket = (socket, request) => {
        const reusedAt = performance.now();
        request.once('error', error => {
          if (isBroken(error) && performance.now() - reusedAt < STALE) onReusedSocket.add(error);
        });
        reuseSocket(socket, request);
      };
      const connect = agent.createConnection.bind(agent);
      const ready = origin.startsWith('https:') ? 'secureConnect' : 'connect';
      if (tunnels === null) {
        agent.createConnection = ((options, done) => noticeUnsent(connect(options, done), ready));
        return agent;
      }
      agent.createConnection = (options, done) => {
        tunnels.open().then(socket => done?.(null, noticeUnsent(connect({
          ...options,
          socket
        }), ready)), error => done?.(error, undefined));
        return undefined;
      };
      return agent;
    });
    const noticeUnsent = (function noticeUnsent(connection, ready) {
      const onError = error => beforeReady.add(error);
      connection?.once('error', onError);
      connection?.once(ready, (() => connection.off('error', onError)));
      return connection;
    });
    const isPem = (function isPem(text) {
      return text.includes('-----BEGIN ');
    });
    const parseCertificates = (function parseCertificates(text) {
      const blocks = blocksOf(text, '(?:X509 |TRUSTED )?CERTIFICATE');
      if (blocks.length === 0) return 'holds no certificate: it must have lines from -----BEGIN CERTIFICATE----- on';
      const certificates = [];
      for (const [index, block] of blocks.entries()) {
        try {
          certificates.push(new external_node_crypto_namespaceObject.X509Certificate(block));
        } catch {
          return `certificate ${index + 1} of ${blocks.length} is damaged: PEM needs its line breaks and every character`;
        }
      }
      return certificates;
    });
    const untimely = (function untimely({
      validFromDate,
      validToDate
    }, now) {
      if (now > validToDate.getTime()) return `expired on ${day(validToDate)}`;
      if (now < validFromDate.getTime()) return `is not valid before ${day(validFromDate)}`;
      return null;
    });
    const blocksOf = (function blocksOf(text, label) {
      const blocks = text.match(new RegExp(`-----BEGIN (${label})-----[\\s\\S]*?-----END \\1-----`, 'g')) ?? [];
      return blocks.map((block => `${block.replace(/^[ \t]+|[ \t\r]+$/gm, '')}\n`));
    });
    const endpointOf = (function endpointOf(origin) {
      const {
        protocol,
        hostname,
        port
      } = new URL(origin);
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      const servername = (0, external_node_net_namespaceObject.isIP)(host) === 0 ? host : '';
      return {
        host,
        port: Number(port) || (protocol === 'https:' ? 443 : 80),
        servername
      };
    });
    const narrowTlsOptionsOf = (function narrowTlsOptionsOf(trust) {
      return trust.authorities.length === 0 ? null : optionsWith(trust, trust.authorities);
    });
    const optionsWith = (function optionsWith({
      identity,
      verify
    }, ca) {
      const options = {
        rejectUnauthorized: verify
      };
      if (ca.length === 0 && identity === null) return options;
      const trusted = ca.length === 0 ? {} : {
        ca: [...ca],
        allowPartialTrustChain: true
      };
      return {
        ...options,
        secureContext: (0, external_node_tls_namespaceObject.createSecureContext)({
          ...trusted,
          ...shown(identity)
        })
      };
    });
    const shown = (function shown(identity) {
      return identity === null ? {} : {
        cert: identity.certificates.join(''),
        key: identity.key
      };
    });
    const authorizationOf = (function authorizationOf(credentials) {
      return 'token' in credentials ? `Bearer ${credentials.token}` : `Basic ${basicPair(credentials)}`;
    });
    const basicSecrets = (function basicSecrets(credentials) {
      return [credentials.password, basicPair(credentials)];
    });
    const maskForms = (function maskForms(secret) {
      return [...new Set([secret, encodeURIComponent(secret.toWellFormed())])];
    });
    const basicPair = (function basicPair({
      username,
      password
    }) {
      return Buffer.from(`${username}:${password}`).toString('base64');
    });
    const createRoute = (function createRoute(origin, trust, proxy, limit) {
      if (proxy === null) return routeTo(origin, trust);
      const url = new URL(origin);
      const proxyTls = tlsOptionsOf({
        ...trust,
        identity: null,
        verify: true
      });
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
    });
    const routeTo = (function routeTo(origin, trust, tunnels = null) {
      if (!origin.startsWith('https:')) return routeBy(origin, createAgent(origin));
      const narrow = narrowTlsOptionsOf(trust);
      const agent = createAgent(origin, narrow ?? tlsOptionsOf(trust), tunnels);
      return routeBy(origin, agent, narrow && (() => tlsOptionsOf(trust)));
    });
    const routeBy = (function routeBy(origin, agent, wider = null) {
      return {
        proxy: null,
        peer: null,
        isNarrow: (() => wider !== null),
        widen: () => {
          if (wider !== null) Object.assign(agent.options, wider());
          wider = null;
        },
        peek: () => peekCertificate(origin, null),
        close: (() => agent.destroy()),
        prepare: (options => {
          options.agent = agent;
          options.host = endpointOf(origin).host;
        })
      };
    });
    const createClient = (function createClient(connection, debug) {
      const {
        origin,
        trust = USUAL_TRUST,
        proxy = null,
        requestTimeout
      } = connection;
      const route = createRoute(origin, trust, proxy, requestTimeout);
      return {
        send: (async (request, signal) => {
          const startedAt = systemClock.now();
          const exchange = await attempt(connection, route, request, signal);
          const outcome = exchange.ok ? `${exchange.status} ${exchange.body.length} characters` : exchange.failure.what;
          debug(`${request.method} ${request.path}: ${outcome}, ${Math.round(systemClock.now() - startedAt)} ms`);
          return exchange;
        }),
        close: route.close
      };
    });
    const attempt = (function attempt(connection, route, request, outer) {
      const inner = new AbortController();
      const abort = () => inner.abort();
      const limit = request.hold + connection.requestTimeout;
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        abort();
      }, clampDelay(limit));
      outer.addEventListener('abort', abort);
      if (outer.aborted) abort();
      const narrow = route.isNarrow();
      return exchange(connection, route, request, inner.signal).catch(error => {
        if (narrow && isDistrust(error)) route.widen();else if (!wasReused(error) || request.method !== 'GET') throw error;
        return exchange(connection, route, request, inner.signal);
      }).catch(async error => {
        const certificate = isDistrust(error) ? await route.peek().catch(() => undefined) : undefined;
        const {
          proxy,
          peer
        } = route;
        const circumstances = {
          proxy,
          peer,
          certificate,
          sent: !wasUnsent(error)
        };
        return {
          ok: false,
          failure: failure_failureOf(error, timedOut ? limit : null, circumstances)
        };
      }).finally((() => {
        clearTimeout(timer);
        outer.removeEventListener('abort', abort);
      }));
    });
    const exchange = (async function exchange({
      origin,
      headers
    }, route, {
      method,
      path,
      body: data = null
    }, signal) {
      const prepareRequest = (options => {
        route.prepare(options);
        options.signal = signal;
      });
      const handler = {
        prepareRequest,
        canHandleAuthentication: () => false,
        handleAuthentication: unreachable
      };
      const client = new lib_HttpClient('await-job', [handler], {
        allowRedirects: false,
        socketTimeout: NO_TIMEOUT
      });
      const request = client.request(method, `${origin}${path}`, data, {
        ...headers,
        ...(data === null ? {} : {
          'content-type': 'application/json'
        })
      });
      const {
        message
      } = await untilAborted(request, signal);
      const {
        statusCode: status = 0,
        statusMessage: reason = '',
        headersDistinct
      } = message;
      const body = await readBody(message, signal).catch(error => {
        if (status < 300) throw error;
        return '';
      });
      return {
        ok: true,
        status,
        reason,
        headers: {
          ...message.headers,
          ...joined(headersDistinct['retry-after'])
        },
        body
      };
    });
    const untilAborted = (function untilAborted(promise, signal) {
      const aborted = new Promise(((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }));
      return Promise.race([promise, aborted]);
    });
    const joined = (function joined(retryAfter) {
      return retryAfter === undefined ? {} : {
        'retry-after': retryAfter.join(', ')
      };
    });
    const readBody = (async function readBody(message, signal) {
      const chunks = [];
      let size = 0;
      const collect = (async source => {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > LONGEST_BODY) throw TOO_LONG;
          chunks.push(chunk);
        }
      });
      const decoder = decoderFor(message.headers['content-encoding']);
      if (decoder === undefined) {
        message.destroy();
        throw new Error(`the answer is encoded as ${message.headers['content-encoding']}, which was not asked for`);
      }
      const steps = decoder === null ? collect(message) : (0, promises_namespaceObject.pipeline)(message, decoder, collect, {
        signal
      });
      await steps.catch(error => {
        throw size > LONGEST_BODY ? TOO_LONG : error;
      });
      signal.throwIfAborted();
      return Buffer.concat(chunks).toString('utf8');
    });
    const decoderFor = (function decoderFor(encoding = 'identity') {
      switch (encoding.trim().toLowerCase()) {
        case '':
        case 'identity':
          return null;
        case 'gzip':
        case 'x-gzip':
          return (0, external_node_zlib_namespaceObject.createGunzip)();
        case 'deflate':
          return (0, external_node_zlib_namespaceObject.createInflate)();
        default:
          return undefined;
      }
    });
    const parseServer = (function parseServer(text) {
      if (text === '') return 'is not given: set it to the address of the server, such as https://um.example.com';
      const shown = JSON.stringify(text.replace(/\/\/.*@/, '//\u2026@'));
      if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `${shown} has no scheme: write https://\u2026`;
      const url = URL.parse(text);
      if (url === null) return `${shown} is no address: write it as https://um.example.com`;
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${shown} is neither https: nor http:`;
      if (url.username !== '' || url.password !== '' || text.includes('@')) {
        return 'holds a user name or password: give them as "username" and "password" instead';
      }
      if (url.search !== '' || text.includes('?')) return `${shown} has a query: leave out what follows the path`;
      if (url.hash !== '' || text.includes('#')) return `${shown} has a fragment: leave out what follows the path`;
      return {
        origin: url.origin,
        root: url.pathname.replace(/\/+$/, '') || DEFAULT_ROOT,
        isPrivate: url.protocol === 'https:' || isLoopback(url.hostname)
      };
    });
    const isLoopback = (function isLoopback(host) {
      return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(host);
    });
    const chooseProxy = (function chooseProxy(origin, environment) {
      const url = new URL(origin);
      const names = [`${url.protocol.slice(0, -1)}_proxy`, 'all_proxy'];
      const given = names.flatMap((name => [name, name.toUpperCase()])).map((variable => ({
        variable,
        address: environment[variable]?.trim() ?? ''
      }))).find((({
        address
      }) => address !== ''));
      if (given === undefined || isLoopback(url.hostname)) return null;
      const noProxy = environment.no_proxy || environment.NO_PROXY || '';
      if (bypassesProxy(endpointOf(origin), noProxy)) return null;
      return parseProxy(given.variable, given.address);
    });
    const parseDuration = (function parseDuration(text) {
      const match = DURATION.exec(text);
      if (match === null || text === '') return null;
      const [, h = '0', m = '0', s = '0'] = match;
      const ms = Number(h) * UNITS.h + Number(m) * UNITS.m + Number(s) * UNITS.s;
      return ms <= duration_LONGEST ? ms : null;
    });
    const formatDuration = (function formatDuration(ms) {
      const seconds = Math.max(0, Math.round(ms / 1_000));
      if (seconds < 60) return `${seconds}s`;
      const [large, small, unit, subunit] = seconds < 3_600 ? [Math.floor(seconds / 60), seconds % 60, 'm', 's'] : [Math.floor(seconds / 3_600), Math.floor(seconds % 3_600 / 60), 'h', 'm'];
      return small === 0 ? `${large}${unit}` : `${large}${unit} ${small}${subunit}`;
    });
    const parseHeaders = (function parseHeaders(text) {
      const headers = new Map();
      const faults = [];
      for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
        if (line.trim() === '') continue;
        const at = line.indexOf(':');
        const given = line.slice(0, Math.max(at, 0)).trim();
        const value = line.slice(at + 1).trim();
        const name = given.toLowerCase();
        if (!NAME.test(given)) faults.push(`line ${index + 1} is no header: write it as "Name: value"`);else if (RESERVED.has(name)) faults.push(`${given} cannot be set: the connection itself decides on it`);else if (name.startsWith('proxy-')) faults.push(`${given} cannot be set: put a proxy's credentials in HTTPS_PROXY`);else if (headers.has(name)) faults.push(`${given} is given twice`);else if (value === '') faults.push(`${given} has no value`);else if (!VALUE.test(value)) faults.push(`${given} has a value with characters that no header can have`);else headers.set(name, value);
      }
      return {
        headers: Object.fromEntries(headers),
        faults
      };
    });
    const readSource = (function readSource(inputs) {
      const jobs = (function jobs(name, {
        references,
        faults
      }) {
        for (const text of faults) fault(name, text);
        return {
          kind: 'jobs',
          references
        };
      });
      const {
        value,
        place,
        fault
      } = inputs;
      const given = SOURCES.filter((name => value(name) !== ''));
      const [source, ...others] = given;
      if (source === undefined) return fault('job-key', `no job is given: set one of ${SOURCES.map(name => `"${name}"`).join(', ')}`);
      if (others.length > 0) return fault(source, `is given beside ${others.join(' and ')}: set exactly one of them`);
      if (source !== 'request') {
        for (const name of OF_REQUEST) if (value(name) !== '') fault(name, 'is given without "request", to which it belongs');
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
        case 'response-file':
          {
            const body = readText(source, value(source), inputs);
            return body === null ? null : jobs(source, fromBodies(body, place));
          }
      }
    });
    const readTrust = (function readTrust({
      get,
      readFile,
      now,
      fault,
      keepSecret
    }, verify) {
      const readIdentity = (function readIdentity() {
        const certificates = readCertificates('client-certificate');
        const key = readKey();
        const [first] = certificates;
        if (get('client-key') === '' && get('client-certificate') !== '') {
          return fault('client-key', 'is not given, though "client-certificate" is');
        }
        if (get('client-certificate') === '' && get('client-key') !== '') {
          return fault('client-certificate', 'is not given, though "client-key" is');
        }
        if (key === null || first === undefined) return null;
        const own = certificates.find(one => one.checkPrivateKey(key));
        if (own === undefined) {
          return fault('client-key', `does not fit "client-certificate", which is that of ${subjectOf(first)}`);
        }
        checkPeriod('client-certificate', own);
        const chain = [own, ...certificates.filter(one => one !== own)];
        const identity = {
          certificates: chain.map(String),
          key: key.export({
            type: 'pkcs8',
            format: 'pem'
          }).toString()
        };
        const why = refusal(identity);
        return why === null ? identity : fault('client-certificate', `cannot be used with this key: ${why}`);
      });
      const readCertificates = (function readCertificates(input) {
        const pem = readPem(input);
        if (pem === null) return [];
        const certificates = parseCertificates(pem);
        if (typeof certificates !== 'string') return certificates;
        fault(input, certificates);
        return [];
      });
      const readKey = (function readKey() {
        const pem = readPem('client-key');
        if (pem === null) return null;
        pemSecrets(pem).forEach(keepSecret);
        const key = parsePrivateKey(pem);
        return typeof key === 'string' ? fault('client-key', key) : key;
      });
      const readPem = (function readPem(input) {
        const given = get(input);
        if (given === '' || isPem(given)) return given || null;
        try {
          return readFile(given);
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
          return fault(input, `is neither PEM text, with its -----BEGIN line, nor the path of a file that can be read${code}`);
        }
      });
      const checkPeriod = (function checkPeriod(input, certificate) {
        const why = certificate === undefined ? null : untimely(certificate, now);
        if (why !== null) fault(input, `the certificate of ${subjectOf(certificate)} ${why}`);
      });
      const authorities = readCertificates('ca-certificate');
      if (authorities.every((one => untimely(one, now) !== null))) checkPeriod('ca-certificate', authorities[0]);
      return {
        authorities: authorities.map(String),
        identity: readIdentity(),
        verify
      };
    });
    const readInputs = (function readInputs({
      get,
      readFile,
      environment = {},
      now = Date.now()
    }) {
      const readServer = (function readServer() {
        const parsed = parseServer(value('url'));
        return typeof parsed === 'string' ? fault('url', parsed) : parsed;
      });
      const readCredentials = (function readCredentials() {
        const username = value('username');
        const password = get('password');
        const token = value('token');
        secrets.push(token, ...(password === '' ? [] : basicSecrets({
          username,
          password
        })));
        if (token !== '') {
          if (username !== '' || password !== '') return fault('token', 'is given beside "username": give one of the two');
          return /^[\x21-\x7e]+$/.test(token) ? {
            token
          } : fault('token', 'holds a character that no bearer token can have');
        }
        if (username === '' && password === '') return null;
        if (password === '') return fault('password', 'is empty, though "username" is given');
        if (username === '') return fault('username', 'is empty, though "password" is given');
        if (username.includes(':')) return fault('username', 'holds a colon, which HTTP Basic does not allow');
        return {
          username,
          password
        };
      });
      const readHeaders = (function readHeaders() {
        const {
          headers,
          faults
        } = parseHeaders(get('headers'));
        for (const text of faults) fault('headers', text);
        for (const [name, text] of Object.entries(headers)) if (isCredential(name)) secrets.push(...headerSecrets(text));
        if (headers.authorization !== undefined && (value('username') || value('token'))) {
          fault('headers', 'Authorization is given beside "username" or "token": give one of the two');
        }
        return headers;
      });
      const readProxy = (function readProxy() {
        const proxy = server === null ? null : chooseProxy(server.origin, environment);
        if (proxy !== null && 'fault' in proxy) return fault(proxy.variable, proxy.fault);
        if (proxy?.credentials != null) secrets.push(...basicSecrets(proxy.credentials));
        return proxy;
      });
      const checkPrivacy = (function checkPrivacy() {
        if (server === null || server.origin.startsWith('https:')) return;
        if (trust.identity !== null) fault('client-certificate', 'cannot be shown over http:: "url" must be https:');
        if (server.isPrivate) return;
        const secret = credentials === null ? Object.keys(headers).find(isCredential) : 'credentials';
        if (secret === undefined) {
          warnings.push(`${server.origin} is http:, so whoever is on the way can read and change the answers: use https:`);
        } else fault('url', `${server.origin} is http:, which would send ${secret} in the clear: use https:`);
      });
      const readApi = (function readApi() {
        const given = value('api').toLowerCase();
        const names = ['auto', ...APIS.map((({
          name
        }) => name))];
        const api = names.find((name => name === given));
        if (api === undefined) fault('api', `${JSON.stringify(given)} is no API: use one of ${names.join(', ')}`);
        return api ?? 'auto';
      });
      const readDuration = (function readDuration(name, least = 1) {
        const given = value(name);
        const ms = parseDuration(given);
        if (ms === null) {
          fault(name, `${JSON.stringify(given)} is no duration: write a number with a unit, such as 90s, 30m, 2h or 1h30m`);
        } else if (ms < least) {
          fault(name, `${given} is too short: it must be ${least === 1 ? 'above 0s' : `at least ${formatDuration(least)}`}`);
        }
        return ms ?? 0;
      });
      const readBoolean = (function readBoolean(name) {
        const given = value(name);
        const word = given.toLowerCase();
        if (word !== 'true' && word !== 'false') fault(name, `${JSON.stringify(given)} is neither true nor false`);
        return word !== 'false';
      });
      const readCancelOn = (function readCancelOn() {
        const given = value('cancel-job').toLowerCase();
        const chosen = Object.hasOwn(CANCEL_JOB, given) ? CANCEL_JOB[given] : undefined;
        const known = Object.keys(CANCEL_JOB).join(', ');
        return chosen ?? fault('cancel-job', `${JSON.stringify(given)} is no choice: use one of ${known}`) ?? [];
      });
      const readFailOn = (function readFailOn() {
        const words = value('fail-on').split(/[,\n]/).map((word => word.trim())).filter(Boolean);
        const failing = VERDICTS.filter((verdict => verdict !== 'NORMAL'));
        const chosen = failing.filter((verdict => words.some((word => asWord(word) === asWord(verdict)))));
        const none = words.some((word => asWord(word) === 'none'));
        const unknown = words.filter((word => asWord(word) !== 'none' && !failing.some((known => asWord(known) === asWord(word)))));
        if (unknown.length > 0) {
          fault('fail-on', `${unknown.join(', ')}: no such verdict: use any of ${failing.join(', ')}, or NONE alone`);
        } else if (none && chosen.length > 0) {
          fault('fail-on', `NONE stands beside ${chosen.join(', ')}: use it alone`);
        }
        return new Set(chosen);
      });
      const faults = [];
      const warnings = [];
      const secrets = [];
      const fault = (input, text) => {
        faults.push(`${input}: ${text}`);
        return null;
      };
      const value = (name => get(name).trim() || INPUTS[name]);
      const server = readServer();
      const credentials = readCredentials();
      const headers = readHeaders();
      const verify = readBoolean('verify-tls');
      const trust = readTrust({
        get: value,
        readFile,
        now,
        fault,
        keepSecret: secret => secrets.push(secret)
      }, verify);
      if (!verify) {
        warnings.push('"verify-tls" is false: any certificate is accepted, and whoever is on the way can read and change all');
      }
      const proxy = readProxy();
      checkPrivacy();
      const source = readSource({
        value,
        readFile,
        returnTimeout: value('return-timeout') === '' ? null : readDuration('return-timeout', 0),
        place: {
          api: readApi(),
          root: server?.root ?? '/api'
        },
        fault
      });
      const rules = {
        timeout: readDuration('timeout'),
        longPoll: readDuration('long-poll', 0),
        pollInterval: readDuration('poll-interval', 1_000),
        unreachableTimeout: readDuration('unreachable-timeout')
      };
      const requestTimeout = readDuration('request-timeout');
      const failOn = readFailOn();
      const failFast = readBoolean('fail-fast');
      const cancelOn = readCancelOn();
      const summary = readBoolean('summary');
      if (faults.length > 0 || server === null || source === null) return {
        faults,
        summary,
        secrets
      };
      const connection = {
        server,
        credentials,
        headers,
        trust,
        proxy,
        requestTimeout
      };
      const judgement = {
        rules,
        failOn,
        failFast,
        cancelOn
      };
      return {
        settings: {
          source,
          ...connection,
          ...judgement,
          summary,
          warnings
        },
        secrets
      };
    });
    const utils_toCommandValue = (function utils_toCommandValue(input) {
      if (input === null || input === undefined) {
        return '';
      } else if (typeof input === 'string' || input instanceof String) {
        return input;
      }
      return JSON.stringify(input);
    });
    const command_issueCommand = (function command_issueCommand(command, properties, message) {
      const cmd = new Command(command, properties, message);
      process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
    });
    const escapeData = (function escapeData(s) {
      return utils_toCommandValue(s).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
    });
    const core_setSecret = (function core_setSecret(secret) {
      command_issueCommand('add-mask', {}, secret);
    });
    const getInput = (function getInput(name, options) {
      const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
      if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
      }
      if (options && options.trimWhitespace === false) {
        return val;
      }
      return val.trim();
    });
    const core_debug = (function core_debug(message) {
      command_issueCommand('debug', {}, message);
    });
    const info = (function info(message) {
      process.stdout.write(message + external_os_namespaceObject.EOL);
    });
    const createRedact = (function createRedact(secrets) {
      const distinct = [...new Set(secrets)].filter((secret => secret.trim() !== ''));
      if (distinct.length === 0) return text => text;
      const patterns = distinct.toSorted(((one, other) => other.length - one.length)).map(patternOf);
      const pattern = new RegExp(patterns.join('|'), 'gu');
      return (text => text.replace(pattern, MASK));
    });
    const redactOutput = (function redactOutput(name, value, redact) {
      if (OWN_OUTPUTS.has(name) || OWN_WORDS.has(value)) return value;
      return JSON_OUTPUTS.has(name) ? redactJson(value, redact) : redact(value);
    });
    const redactJson = (function redactJson(json, redact) {
      return json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, (literal => {
        const text = JSON.parse(literal);
        return OWN_WORDS.has(text) ? literal : JSON.stringify(redact(text));
      }));
    });
    const patternOf = (function patternOf(secret) {
      const characters = Array.from(secret.trim().matchAll(/\s+|./gsu), (([character]) => character));
      const spelled = characters.map(((character, index) => index === 0 ? spellings(character, '') : `(?:<wbr>)?${spellings(character, '\\\\*')}`));
      const whole = spelled.join('');
      if (characters.length < SHORT) return `(?<![\\p{L}\\p{N}])${whole}(?![\\p{L}\\p{N}])`;
      const beyond = spelled.length > LONGEST_START ? '(?:[^\\s\u2026]*)' : '';
      const start = spelled.slice(SHORT, LONGEST_START).reduceRight(((rest, character) => `(?:${character}${rest})?`), beyond);
      return `${whole}|${spelled.slice(0, SHORT).join('')}${start}(?=\u2026)`;
    });
    const spellings = (function spellings(character, before) {
      if (/^[A-Za-z0-9]$/.test(character)) return character;
      if (/^\s/.test(character)) return '(?:\\s|\\\\[nrt]|%(?:20|09|0[aAdD])|\\+)+';
      const code = codePointOf(character);
      const bytes = Buffer.from(character);
      const ways = [`${before}${literal(character)}`, [...bytes].map(byte => `%${hexadecimal(byte, 2)}`).join(''), unitsOf(character).map(unit => `\\\\u${hexadecimal(unit, 4)}`).join(''), `&#(?:0*${code}|[xX]0*${hexadecimal(code, 1)});`, ...(ENTITIES[character] === undefined ? [] : [`&${ENTITIES[character]};`]), ...(bytes.length === 1 ? [] : [[...bytes.toString('latin1')].map(literal).join('')])];
      return `(?:${ways.join('|')})`;
    });
    const protect = (function protect(secrets) {
      redact = createRedact(secrets);
      for (const form of new Set(secrets.filter(Boolean).flatMap(maskForms))) core_setSecret(form);
    });
    const writeOutputs = (function writeOutputs(outputs, {
      debug,
      warning
    }) {
      const file = process.env.GITHUB_OUTPUT;
      if (!file) {
        debug('GITHUB_OUTPUT is not set: no outputs are written');
        return;
      }
      try {
        (0, external_node_fs_namespaceObject.appendFileSync)(file, Object.entries(outputs).map(entryOf).join(''));
      } catch (error) {
        warning(`The outputs could not be written: ${reasonOf(error)}`);
      }
    });
    const writeSummary = (function writeSummary(markdown, {
      debug,
      info
    }) {
      const file = process.env.GITHUB_STEP_SUMMARY;
      if (!file) {
        debug('GITHUB_STEP_SUMMARY is not set: no summary is written');
        return;
      }
      try {
        (0, external_node_fs_namespaceObject.appendFileSync)(file, redact(markdown));
      } catch (error) {
        info(`The job summary could not be written: ${reasonOf(error)}`);
      }
    });
    const entryOf = (function entryOf([name, value]) {
      const shown = redactedOutput(name, value);
      let delimiter = 'ghadelimiter_';
      while (shown.includes(delimiter)) delimiter += delimiter;
      return [`${name}<<${delimiter}`, shown, delimiter, ''].join(external_node_os_namespaceObject.EOL);
    });
    const conclude = (function conclude(awaited, failOn, elapsed) {
      const [worst] = worstFirst(awaited);
      const failed = worstFirst(awaited.filter((({
        ending
      }) => fails(ending, failOn))));
      const level = failed.length > 0 ? 'error' : worst.ending.outcome === 'success' ? 'info' : 'warning';
      return {
        awaited,
        worst,
        failed,
        level,
        elapsed
      };
    });
    const worstFirst = (function worstFirst(all) {
      const rank = ({
        ending
      }) => WORST_FIRST.indexOf(ending.outcome);
      return all.toSorted((one, other) => rank(one) - rank(other));
    });
    const isOpen = (function isOpen({
      ending
    }) {
      return OPEN.includes(ending.outcome) && !ending.job?.verdict;
    });
    const fails = (function fails({
      outcome
    }, failOn) {
      return !Object.hasOwn(VERDICT_OF, outcome) || failOn.has(VERDICT_OF[outcome]);
    });
    const goingOn = (function goingOn(awaited, {
      origin,
      root
    }) {
      const open = awaited.filter(isOpen).map(({
        reference
      }) => reference);
      const [first] = open;
      if (first === undefined) return null;
      return {
        url: `${origin}${root}`,
        api: first.api,
        jobKeys: open.map(reference => jobKeyOf(reference, root))
      };
    });
    const wording_nameOf = (function wording_nameOf({
      key
    }, job) {
      const name = plainText(job?.name ?? '', 120);
      return `job ${plainText(key, 200)}${name && ` (${name})`}`;
    });
    const stateOf = (function stateOf({
      state
    }) {
      return plainText(state, 50) || 'without a state';
    });
    const titleOf = (function titleOf({
      awaited,
      failed,
      worst,
      level
    }) {
      if (awaited.length === 1) return TITLES[worst.ending.outcome];
      if (level === 'error') return `${failed.length} of ${awaited.length} jobs failed the step`;
      return `All ${awaited.length} jobs ${level === 'info' ? 'succeeded' : 'passed'}`;
    });
    const wording_messageOf = (function wording_messageOf(conclusion) {
      const {
        awaited,
        worst,
        level
      } = conclusion;
      if (awaited.length === 1) return sentenceOf(worst);
      const all = `${titleOf(conclusion)}: ${tallyOf(conclusion)}`;
      return level === 'info' ? all : `${all}. The worst: ${sentenceOf(worst)}`;
    });
    const sentenceOf = (function sentenceOf(awaited) {
      const {
        ending
      } = awaited;
      const why = 'reason' in ending ? '' : plainText(ending.job.message) || silenceOf(awaited);
      return `${headlineOf(awaited)}${why && ending.outcome !== 'success' ? `: ${why}` : ''}`;
    });
    const silenceOf = (function silenceOf({
      ending
    }) {
      const isFailure = ending.outcome === 'error' || ending.outcome === 'partial-failures';
      return isFailure && ending.job.message === '' && ending.job.failures.length === 0 ? 'the server gave no reason' : '';
    });
    const headlineOf = (function headlineOf({
      reference,
      ending,
      elapsed,
      seenAt
    }) {
      const {
        job
      } = ending;
      const name = wording_nameOf(reference, job);
      const after = `after ${formatDuration(elapsed)}`;
      if (!('reason' in ending)) {
        const code = ending.job.errorCode && ` (code ${plainText(ending.job.errorCode, 50)})`;
        return capitalized(`${name} ended as ${stateOf(ending.job)} ${after}${code}`);
      }
      const reason = plainText(ending.reason);
      const why = reason && `: ${reason}`;
      const last = lastSeen(job, wording_ageOf(elapsed, seenAt));
      switch (ending.outcome) {
        case 'timeout':
          return capitalized(`${name} was not over ${after}${why}. ${last}`);
        case 'not-found':
          return `There is no ${name}${why}`;
        case 'lost':
          return `The server no longer knows ${name}, so its fate is unknown${why}. ${last}`;
        case 'unauthorized':
          return `The server refused to show ${name}${why}. ${last}`;
        case 'unreachable':
          return `The server gave no usable answer about ${name}${why}. ${last}`;
        case 'unrecognized':
          return `Whether ${name} is over could not be told ${after}${why}. ${last}`;
        case 'cancelled':
          return `The wait for ${name} ended ${after}, before the job did${why}. ${last}`;
      }
    });
    const adviceOf = (function adviceOf(awaited) {
      const advice = awaited.flatMap(({
        ending
      }) => {
        const isOpen = 'reason' in ending && (!ending.job?.verdict || ending.outcome === 'lost');
        return isOpen ? ADVICE[ending.outcome] : [];
      });
      return [...new Set(advice)];
    });
    const capitalized = (function capitalized(text) {
      return text.charAt(0).toUpperCase() + text.slice(1);
    });
    const outputsOf = (function outputsOf(conclusion, {
      origin
    }) {
      const {
        awaited,
        worst,
        elapsed
      } = conclusion;
      const {
        outcome,
        job: last
      } = worst.ending;
      const key = keysOf(awaited);
      const job = boundedJson(last?.source ?? {}, outputs_LONGEST.job);
      const result = boundedJson(last?.result ?? {}, outputs_LONGEST.result);
      const taken = sizeOf(key.text) + sizeOf(job.json) + sizeOf(result.json) + 4 * LONGEST_MESSAGE;
      const jobs = boundedList(awaited, entryForms(origin), outputs_LONGEST.all - taken);
      const cut = Object.entries({
        jobs,
        job,
        result,
        key
      }).flatMap((([name, output]) => output.cut ? [name] : []));
      const note = cut.length === 0 ? '' : ` (shortened to fit: ${cut.join(', ')})`;
      return {
        outcome,
        state: plainText(last?.state ?? '', LONGEST_STATE),
        result: result.json,
        job: job.json,
        jobs: jobs.json,
        key: key.text,
        message: `${shorten(wording_messageOf(conclusion), LONGEST_MESSAGE - note.length)}${note}`,
        'error-code': plainText(last?.errorCode ?? '', LONGEST_STATE),
        'elapsed-seconds': seconds(elapsed),
        'status-code': ''
      };
    });
    const keysOf = (function keysOf(awaited) {
      const all = awaited.map((({
        reference
      }) => reference.key)).join('\n');
      if (sizeOf(all) <= outputs_LONGEST.key) return {
        text: all,
        cut: false
      };
      const start = all.slice(0, outputs_LONGEST.key / 3);
      return {
        text: start.slice(0, Math.max(start.lastIndexOf('\n'), 0)),
        cut: true
      };
    });
    const entryForms = (function entryForms(origin) {
      return [(awaited => outputs_entryOf(awaited, origin, Number.POSITIVE_INFINITY)), awaited => outputs_entryOf(awaited, origin, 4_000), awaited => outputs_entryOf(awaited, origin, 500), awaited => outputs_entryOf(awaited, origin, 100), ({
        reference,
        ending
      }) => ({
        key: reference.key,
        outcome: ending.outcome
      })];
    });
    const outputs_entryOf = (function outputs_entryOf(awaited, origin, longest) {
      const {
        reference,
        ending,
        elapsed,
        requests
      } = awaited;
      const result = ending.job?.result ?? {};
      return {
        key: reference.key,
        api: reference.api,
        url: `${origin}${statusPath(reference)}`,
        outcome: ending.outcome,
        state: plainText(ending.job?.state ?? '', LONGEST_STATE),
        message: shorten(sentenceOf(awaited), longest),
        'error-code': plainText(ending.job?.errorCode ?? '', LONGEST_STATE),
        result: longest === Number.POSITIVE_INFINITY ? result : JSON.parse(boundedJson(result, longest * 2).json),
        'elapsed-seconds': Number(seconds(elapsed)),
        requests
      };
    });
    const seconds = (function seconds(ms) {
      return String(Math.round(ms / 1_000));
    });
    const ganttOf = (function ganttOf(rows) {
      const drawn = rows.filter((({
        spans
      }) => spans.length > 0));
      const total = Math.max(0, ...drawn.map(({
        end
      }) => end));
      if (total < SHORTEST) return null;
      const names = distinct(drawn.map(({
        name
      }) => name));
      const sections = drawn.map((row, index) => ({
        row,
        title: label(`${row.number ?? ''} ${names[index]}`, LONGEST_NAME)
      }));
      const left = Math.ceil(Math.max(...sections.map(({
        title
      }) => title.length)) * CHARACTER) + 20;
      const {
        tick,
        format
      } = axisOf(total);
      return ['---', 'displayMode: compact', 'config:', '  gantt:', `    leftPadding: ${left}`, `    rightPadding: ${Math.ceil(left / 2) + ENDING}`, '---', 'gantt', '  accTitle: The states of the jobs over time', '  dateFormat YYYY-MM-DDTHH:mm:ss.SSS', `  axisFormat ${format}`, `  tickInterval ${tick}`, '  todayMarker off', ...sections.flatMap(({
        row,
        title
      }) => [`  section ${word(title)}`, ...tasksOf(row, total)])].join('\n');
    });
    const escapeHtml = (function escapeHtml(text) {
      return text.replace(/[&<>"']/g, character => html_ENTITIES[character]);
    });
    const verbatim = (function verbatim(text, longest) {
      const line = redact(plainText(text, longest));
      const breakable = line.replace(/[^\s/:._-]{30}|[/:._-]+(?=[^\s/:._-])/gu, (part => `${part}\n`));
      return line && `<code>${breakable.split('\n').map(escapeHtml).join('<wbr>')}</code>`;
    });
    const html_fitting = (function html_fitting(items, render, room) {
      const kept = [];
      let free = room;
      for (const [index, item] of items.entries()) {
        const line = render(item);
        free -= Buffer.byteLength(line) + 1;
        if (free < 0) return {
          kept: kept.join('\n'),
          left: items.length - index
        };
        if (line !== '') kept.push(line);
      }
      return {
        kept: kept.join('\n'),
        left: 0
      };
    });
    const summaryOf = (function summaryOf(conclusion, circumstances) {
      const {
        awaited,
        failed,
        level,
        worst
      } = conclusion;
      const symbol = awaited.length === 1 ? SYMBOLS[worst.ending.outcome] : LEVEL_SYMBOLS[level];
      const jobs = awaited.map(((one, index) => ({
        ...one,
        number: index + 1
      })));
      const numbered = new Map(jobs.map((job => [job.reference, job])));
      const told = worstFirst(level === 'error' ? failed : awaited).filter((({
        ending
      }) => ending.outcome !== 'success')).map(({
        reference
      }) => numbered.get(reference));
      return [`### ${symbol} ${titleOf(conclusion)}`, about(conclusion, circumstances), ...tables(jobs, told, circumstances.server), whys(told, jobs.length), failedTasks(told, jobs.length), ...whatNext(told, circumstances.server), results(jobs), ...chart(jobs, failed, circumstances.timeline)].filter((part => part !== '')).join('\n\n').concat('\n');
    });
    const about = (function about(conclusion, {
      server,
      startedAt
    }) {
      const {
        awaited,
        elapsed
      } = conclusion;
      const [{
        reference
      }] = awaited;
      const start = new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ');
      const where = `${apiNamed(reference.api).title} at <code>${escapeHtml(`${server.origin}${server.root}`)}</code>`;
      const what = awaited.length === 1 ? `waited ${formatDuration(elapsed)}` : tallyOf(conclusion);
      return `<p>${where}: ${what}, from ${start} UTC</p>`;
    });
    const tables = (function tables(jobs, told, server) {
      if (jobs.length <= FEW || told.length === 0) {
        const all = table(jobs, jobs.length, server, ROOM.table);
        return [jobs.length <= FEW ? all : folded(count(jobs.length, 'job'), all)];
      }
      const already = new Set(told);
      const rest = jobs.filter(job => !already.has(job));
      if (rest.length === 0) return [table(told, jobs.length, server, ROOM.table)];
      return [table(told, jobs.length, server, ROOM.table), folded(`The other ${count(rest.length, 'job')}`, table(rest, jobs.length, server, ROOM.passed))];
    });
    const table = (function table(jobs, total, server, room) {
      const titles = ['Job', 'Ending', 'Last state', 'Waited', 'Link'];
      return rows(jobs, total, titles, room, (({
        reference,
        ending,
        elapsed
      }) => {
        const name = verbatim(ending.job?.name ?? '', 120);
        const key = `<sub>${verbatim(reference.key, 200)}</sub>`;
        return [name === '' ? key : `${name}<br>${key}`, `${SYMBOLS[ending.outcome]}&nbsp;${ending.outcome}`, verbatim(ending.job?.state ?? '', 50) || 'never seen', formatDuration(elapsed).replace(' ', '&nbsp;'), linkTo(`${server.origin}${statusPath(reference)}`)];
      }));
    });
    const linkTo = (function linkTo(address) {
      const url = URL.parse(address);
      if (url === null || url.href.length > LONGEST_LINK) return '';
      return `<a href="${escapeHtml(url.href)}">status</a>`;
    });
    const whys = (function whys(told, total) {
      const line = awaited => {
        const {
          ending
        } = awaited;
        const why = 'reason' in ending ? openWhy(awaited, ending) : verdictWhy(awaited, ending.job);
        return why && `<li>${total === 1 ? '' : `<b>#${awaited.number}</b>: `}${why}</li>`;
      };
      const {
        kept,
        left
      } = html_fitting(told, line, ROOM.why);
      return kept && `**Why**\n\n<ul>\n${kept}\n</ul>${leftOut(left)}`;
    });
    const failedTasks = (function failedTasks(told, total) {
      const tasks = told.flatMap(({
        ending,
        number
      }) => (ending.job?.failures ?? []).map(task => ({
        ...task,
        number
      })));
      if (tasks.length === 0) return '';
      const content = rows(tasks, total, ['Task', 'Reason'], ROOM.tasks, ({
        task,
        reason
      }) => [verbatim(task, 200), verbatim(reason)]);
      return folded(`${count(tasks.length, 'failed task')} and why`, content, tasks.length <= FEW_TASKS);
    });
    const whatNext = (function whatNext(told, server) {
      const advice = adviceOf(told);
      const inputs = goingOn(told, server);
      if (advice.length === 0) return [];
      const paragraph = `**What next**\n\n<ul>\n${advice.map(text => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`;
      if (inputs === null) return [paragraph];
      const yaml = asYaml({
        ...inputs,
        jobKeys: html_fitting(inputs.jobKeys, key => key, ROOM.keys).kept.split('\n')
      });
      return [paragraph, 'The inputs with which a later step or run goes on waiting, beside the credentials:', fenced('yaml', yaml)];
    });
    const chart = (function chart(jobs, failed, timeline) {
      const longest = jobs.toSorted((one, other) => other.elapsed - one.elapsed);
      const failing = new Set(failed.map(({
        reference
      }) => reference));
      const isFailure = (({
        reference
      }) => failing.has(reference));
      const chosen = new Set([...longest.filter(isFailure), ...longest.filter((job => !isFailure(job)))].slice(0, MOST_ROWS));
      const rows = jobs.filter((job => chosen.has(job))).map((job => ({
        number: jobs.length === 1 ? null : job.number,
        name: job.ending.job?.name || job.reference.key,
        spans: timeline.spansOf(job.reference),
        ending: job.ending.outcome,
        isFailure: isFailure(job),
        end: job.elapsed
      })));
      const gantt = ganttOf(rows);
      if (gantt === null) return [];
      const which = rows.length === jobs.length ? '' : ` of the ${rows.length} jobs that failed or took longest`;
      return [`**States over time**${which}`, fenced('mermaid', gantt), inWords(rows)];
    });
    const results = (function results(jobs) {
      const values = jobs.flatMap((({
        ending,
        number
      }) => 'reason' in ending || ending.outcome === 'error' ? [] : Object.entries(ending.job.result).map(([name, value]) => ({
        number,
        name,
        value
      }))));
      if (values.length === 0) return '';
      const content = rows(values, jobs.length, ['Name', 'Value'], ROOM.results, ({
        name,
        value
      }) => [verbatim(name, 200), verbatim(textOf(value), 500)]);
      return folded(`What the ${jobs.length === 1 ? 'job' : 'jobs'} produced`, content, values.length <= FEW_TASKS);
    });
    const rows = (function rows(items, total, titles, room, cells) {
      const row = ((tag, first, others) => `<tr>${[...(total === 1 ? [] : [first]), ...others].map((cell => `<${tag}>${cell}</${tag}>`)).join('')}</tr>`);
      const {
        kept,
        left
      } = html_fitting(items, (item => row('td', String(item.number), cells(item))), room);
      return `<table>\n${row('th', '#', titles)}\n${kept}\n</table>${leftOut(left)}`;
    });
    const leftOut = (function leftOut(count) {
      return count === 0 ? '' : `\n<p>\u2026 and ${count} more, cut to fit.</p>`;
    });
    const announce = (function announce({
      references,
      server,
      proxy,
      rules
    }, wall, printer) {
      const [first] = references;
      if (first === undefined) return;
      const {
        title,
        longPoll
      } = apiNamed(first.api);
      const what = references.length === 1 ? wording_nameOf(first, null) : `${references.length} jobs`;
      const through = proxy === null ? '' : ` through the proxy ${proxy.origin} (${proxy.variable})`;
      const until = new Date(wall + rules.timeout).toISOString().slice(0, 19).replace('T', ' ');
      const polls = `every 1s to ${formatDuration(rules.pollInterval)}`;
      const how = longPoll && rules.longPoll > 0 ? `by long polls of up to ${formatDuration(rules.longPoll)} where the server holds them, else ${polls}` : polls;
      printer.info(`Waiting for ${what} of ${title} at ${server.origin}${server.root}${through}`);
      printer.info(`For up to ${formatDuration(rules.timeout)}, until ${until} UTC; asking at once, then ${how}`);
      const keys = references.map((reference => plainText(reference.key, 200)));
      if (keys.length > MANY) list('The jobs', keys, printer);else if (keys.length > 1) for (const key of keys) printer.info(`  ${key}`);
    });
    const createLog = (function createLog(total, printer) {
      const line = createLine(printer);
      const observers = [troubles(total, line), polling(line, printer), total > MANY ? totals(total, line, printer) : changes(total, line), remarks(printer)];
      return (event => {
        for (const observe of observers) observe(event);
      });
    });
    const createLine = (function createLine({
      info
    }) {
      let printedAt = Number.NEGATIVE_INFINITY;
      return {
        print: (elapsed, text) => {
          printedAt = elapsed;
          info(`[${formatDuration(elapsed)}] ${text}`);
        },
        isQuiet: elapsed => elapsed - printedAt >= HEARTBEAT,
        isDue: elapsed => elapsed - printedAt >= Math.min(Math.max(LEAST_BETWEEN_PROGRESS, elapsed / 10), HEARTBEAT)
      };
    });
    const changes = (function changes(total, {
      print,
      isQuiet,
      isDue
    }) {
      const told = new Map();
      return (event => {
        if (event.kind === 'ended' && total > 1) print(event.awaited.elapsed, sentenceOf(event.awaited));
        if (event.kind !== 'answer' || event.after === null || event.after.job?.verdict) return;
        const {
          after,
          elapsed
        } = event;
        if (event.answer.kind === 'job') tell(after.reference, event.answer.job, elapsed);
        if (isQuiet(elapsed)) print(elapsed, heartbeat(after, elapsed));
      });
      function tell(reference, job, elapsed) {
        const known = told.get(reference);
        const {
          state
        } = job;
        const message = plainText(job.message, 300);
        const isNew = known?.state !== state;
        if (!isNew && (known.message === message || message === '' || !isDue(elapsed))) return;
        const name = known === undefined ? plainText(job.name, 120) : '';
        const after = isNew && known !== undefined ? `, after ${formatDuration(elapsed - known.since)} ${known.state}` : '';
        print(elapsed, `${subject(reference)}${name && ` (${name})`} is ${isNew ? '' : 'still '}${stateOf(job)}${after}${message && `: ${message}`}`);
        told.set(reference, {
          state,
          message,
          since: isNew ? elapsed : known.since
        });
      }
      function heartbeat({
        reference,
        job,
        trouble
      }, elapsed) {
        if (trouble !== '') return `Still no usable answer: ${trouble}`;
        const known = told.get(reference);
        if (job === null || known === undefined) return `${subject(reference)} is accepted, and not shown yet`;
        const message = plainText(job.message, 300);
        told.set(reference, {
          ...known,
          message
        });
        const duration = formatDuration(elapsed - known.since);
        return `${subject(reference)} is still ${stateOf(job)}, for ${duration}${message && `: ${message}`}`;
      }
      function subject({
        key
      }) {
        return total === 1 ? 'The job' : `Job ${plainText(key, 200)}`;
      }
    });
    const troubles = (function troubles(total, {
      print
    }) {
      const troubled = new Set();
      let since = 0;
      return (event => {
        if (event.kind === 'ended') troubled.delete(event.awaited.reference);
        if (event.kind !== 'answer') return;
        const {
          elapsed,
          after
        } = event;
        if (after === null) return;
        const {
          reference,
          faults,
          misses,
          denials
        } = after;
        if (faults + misses + denials === 0) {
          if (troubled.delete(reference) && troubled.size === 0) {
            print(elapsed, `The server answers as it should again, after ${formatDuration(elapsed - since)}`);
          }
        } else if (!troubled.has(reference)) {
          if (troubled.size === 0) {
            since = elapsed;
            print(elapsed, begin(after));
          }
          troubled.add(reference);
        }
      });
      function begin({
        reference,
        job,
        faults,
        misses,
        trouble
      }) {
        const which = total === 1 ? 'the job' : wording_nameOf(reference, null);
        if (faults > 0) return `No usable answer: ${trouble}; asking again`;
        if (misses > 0 && job === null) return `The server does not know ${which} yet: ${trouble}; asking again`;
        if (misses > 0) return `The server no longer knows ${which}: ${trouble}; asking once more`;
        return `The server does not show ${which}: ${trouble}; asking once more`;
      }
    });
    const polling = (function polling({
      print
    }, {
      debug
    }) {
      return (event => {
        if (event.kind !== 'long-poll') return;
        const {
          elapsed,
          longPoll,
          answer
        } = event;
        if (longPoll.seconds > 0) debug(`A held request was cut: asking for holds of ${longPoll.seconds}s from now on`);else {
          const why = answer.kind === 'refused' ? 'The server takes no long polls' : answer.kind === 'fault' ? 'Long polls are cut on the way' : 'The server does not hold long polls';
          print(elapsed, `${why}: polling at intervals from now on`);
        }
      });
    });
    const remarks = (function remarks({
      notice,
      warning
    }) {
      let unknown = false;
      let paused = false;
      return (event => {
        if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null) return;
        const {
          job
        } = event.answer;
        const {
          reference
        } = event.before;
        const name = wording_nameOf(reference, job);
        if (!job.recognized && !unknown) {
          unknown = true;
          const state = plainText(job.state, 50);
          const title = 'The state of a job is not known';
          warning(`The ${name} is in the state "${state}", which ${apiNamed(reference.api).title} is not known to use. ` + 'It is taken for pending.', {
            title
          });
        }
        if (asWord(job.state) === 'paused' && !paused) {
          paused = true;
          notice(`The ${name} is paused: it ends only once somebody resumes it.`, {
            title: 'A job is paused'
          });
        }
      });
    });
    const stopOnSignal = (function stopOnSignal(stop) {
      const onSignal = () => {
        if (stop.signal.aborted) process.exit(INTERRUPTED);
        stop.abort();
      };
      for (const signal of SIGNALS) process.on(signal, onSignal);
      return (() => {
        for (const signal of SIGNALS) process.off(signal, onSignal);
      });
    });
    const printEnding = (function printEnding(conclusion, server, printer) {
      const {
        awaited,
        level
      } = conclusion;
      if (level === 'info') printer.info(wording_messageOf(conclusion));else printer[level](annotationOf(conclusion, server), {
        title: titleOf(conclusion)
      });
      const inputs = goingOn(awaited, server);
      if (inputs === null) return;
      printer.startGroup('The inputs with which a later step or run goes on waiting, beside the credentials');
      for (const line of asYaml(inputs).split('\n')) printer.info(`  ${line}`);
      printer.endGroup();
    });
    const reportStep = (function reportStep({
      awaited: [first, ...others],
      apart,
      status,
      elapsed
    }, showing, printer) {
      const {
        server,
        failOn,
        summary,
        timeline,
        startedAt
      } = showing;
      const conclusion = first === undefined ? null : conclude([first, ...others], failOn, elapsed);
      const decisive = conclusion?.level === 'error' ? null : apart;
      writeOutputs({
        ...(conclusion === null ? outputsWithoutJobs(elapsed) : outputsOf(conclusion, server)),
        ...(decisive === null ? {} : outputsOfApart(decisive)),
        'status-code': status === null ? '' : String(status)
      }, printer);
      if (summary && conclusion !== null) writeSummary(summaryOf(conclusion, {
        server,
        timeline,
        startedAt
      }), printer);
      if (summary && apart !== null) writeSummary(summaryOfApart(apart), printer);
      if (decisive !== null) printApart(decisive, printer);else if (conclusion !== null) printEnding(conclusion, server, printer);
      if (apart !== decisive && apart !== null) printer.info(plainText(apart.message));
      return exitCodeOf(conclusion, apart);
    });
    const exitCodeOf = (function exitCodeOf(conclusion, apart) {
      const jobsPass = conclusion === null ? apart !== null : conclusion.level !== 'error';
      if (jobsPass && (apart === null || apart.outcome === 'success')) return 0;
      const isCancelled = [apart?.outcome, conclusion?.worst.ending.outcome].includes('cancelled');
      return isCancelled ? INTERRUPTED : 1;
    });
    const createTimeline = (function createTimeline() {
      const begun = new Map();
      const ends = new Map();
      return {
        observe: (event => {
          if (event.kind === 'ended') ends.set(event.awaited.reference, event.awaited.elapsed);
          if (event.kind === 'answer' && event.after !== null && !event.after.job?.verdict) begin(event.after, event.elapsed);
        }),
        spansOf: (reference => {
          const spans = begun.get(reference) ?? [];
          const end = ends.get(reference) ?? 0;
          return spans.map((span, index) => ({
            ...span,
            to: spans[index + 1]?.from ?? end
          }));
        })
      };
      function begin(watch, from) {
        const spans = begun.get(watch.reference) ?? [];
        const last = spans.at(-1);
        const now = timeline_stateOf(watch);
        if (last?.state === now.state && last.known === now.known || spans.length === timeline_MOST_SPANS) return;
        begun.set(watch.reference, [...spans, {
          ...now,
          from
        }]);
      }
    });
    const main = (async function main() {
      process.exitCode = 1;
      process.once('exit', onExit);
      try {
        const readFile = path => (0, external_node_fs_namespaceObject.readFileSync)(path, 'utf8');
        const reading = readInputs({
          get: toolkit_getInput,
          readFile,
          environment: process.env
        });
        protect(reading.secrets);
        process.exitCode = 'faults' in reading ? reportFaults(reading.faults, reading.summary, toolkit_namespaceObject) : await run(reading.settings);
      } catch (error) {
        toolkit_debug((0, external_node_util_namespaceObject.inspect)(error));
        process.exitCode = reportDefect(toolkit_namespaceObject);
      }
      process.off('exit', onExit);
    });
    const run = (async function run(settings) {
      const {
        source,
        rules,
        failOn,
        failFast
      } = settings;
      const client = connect(settings);
      const stop = new AbortController();
      const ignoreSignals = stopOnSignal(stop);
      const session = {
        settings,
        client,
        ask: createAsk(client, systemClock.wall),
        stop: stop.signal,
        timeline: createTimeline(),
        startedAt: systemClock.now(),
        startedAtWall: systemClock.wall()
      };
      const patience = {
        deadline: session.startedAt + rules.timeout,
        unreachableTimeout: rules.unreachableTimeout
      };
      const isLast = (({
        ending
      }) => 'reason' in ending || failFast && fails(ending, failOn));
      const awaited = [];
      let apart = null;
      let status = null;
      for (const warning of settings.warnings) toolkit_warning(warning);
      try {
        for await (const found of findJobs(source, {
          ...session,
          clock: systemClock,
          random: Math.random,
          patience,
          log: toolkit_namespaceObject
        })) {
          status = found.status;
          if ('apart' in found) apart = found.apart;else {
            const batch = await awaitJobs(found.references, session);
            awaited.push(...batch);
            if (batch.some(isLast)) break;
          }
        }
        const elapsed = systemClock.now() - session.startedAt;
        const showing = {
          ...settings,
          timeline: session.timeline,
          startedAt: session.startedAtWall
        };
        return reportStep({
          awaited,
          apart,
          status,
          elapsed
        }, showing, toolkit_namespaceObject);
      } finally {
        client.close();
        ignoreSignals();
      }
    });
    const connect = (function connect({
      server,
      credentials,
      headers: further,
      trust,
      proxy,
      requestTimeout
    }) {
      const headers = {
        accept: 'application/hal+json, application/json',
        ...(credentials === null ? {} : {
          authorization: authorizationOf(credentials)
        }),
        ...further
      };
      return createClient({
        origin: server.origin,
        headers,
        trust,
        proxy,
        requestTimeout
      }, toolkit_debug);
    });
    const awaitJobs = (async function awaitJobs(references, session) {
      const {
        settings,
        client,
        ask,
        stop,
        timeline,
        startedAt
      } = session;
      const {
        rules,
        failOn,
        failFast,
        cancelOn
      } = settings;
      const log = createLog(references.length, toolkit_namespaceObject);
      const waiting = wait(references, rules, {
        ask,
        clock: systemClock,
        random: Math.random,
        startedAt,
        stop,
        observe: (event => {
          timeline.observe(event);
          log(event);
        }),
        isFinal: (ending => failFast && fails(ending, failOn))
      });
      const [awaited] = await Promise.all([waiting, introduce(references, session)]);
      const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.aborted);
      return cancelJobs(awaited, outcomes, {
        client,
        ask,
        clock: systemClock
      });
    });
    const introduce = (async function introduce(references, {
      settings,
      startedAtWall
    }) {
      announce({
        ...settings,
        references
      }, startedAtWall, toolkit_namespaceObject);
      if (settings.cancelOn.length === 0) return;
      const without = references.map(({
        api
      }) => apiNamed(api)).find(({
        cancel
      }) => cancel === null);
      if (without !== undefined) toolkit_warning(`${without.title} has no call that cancels a job: "cancel-job" has no effect`);
    });
    __nccwpck_require__.d(__webpack_exports__, {
      i: (() => (main))
    });
    var toolkit_namespaceObject = {};
    __nccwpck_require__.r(toolkit_namespaceObject);
    __nccwpck_require__.d(toolkit_namespaceObject, {
      debug: (() => toolkit_debug),
      endGroup: () => toolkit_endGroup,
      error: () => toolkit_error,
      getInput: () => toolkit_getInput,
      info: (() => toolkit_info),
      notice: (() => toolkit_notice),
      protect: () => protect,
      redact: () => redact,
      redactedOutput: () => redactedOutput,
      startGroup: () => toolkit_startGroup,
      warning: (() => toolkit_warning)
    });
    ;
    const external_node_fs_namespaceObject = require("node:fs");
    ;
    const external_node_util_namespaceObject = require("node:util");
    ;
    function leadsBack(path) {
      return /\/(\.|%2e){1,2}([/?]|$)/i.test(path);
    }
    ;
    const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;
    ;
    const PENDING = new Set(['queued', 'running', 'paused']);
    const VERDICT_WORDS = new Map([['success', 'NORMAL'], ['failure', 'ERROR'], ['error', 'ERROR']]);
    const ontap = {
      name: 'ontap',
      title: 'ONTAP',
      collection: '/cluster/jobs',
      keyField: 'uuid',
      query: 'fields=*',
      listQuery: keys => `uuid=${keys.map(encodeQuery).join('|')}&fields=*&max_records=${keys.length}`,
      newestQuery: 'fields=*&order_by=start_time%20desc&max_records=10',
      fullQuery: 'fields=*&max_records=1000',
      calls: /^\/(gateways\/|(application|cloud|cluster|name-services|network|protocols|security|snapmirror|storage|support|svm)(\/|$))/,
      longPoll: false,
      canonicalKey: key => key.toLowerCase(),
      longestPause: 240_000,
      read,
      details: bulkResults,
      withDetails: withBulkResults,
      cancel: {
        method: 'PATCH',
        query: 'action=cancel'
      },
      transientCodes: ['7', '8', '262160', '65541', '65552', '65562'],
      deniedCodes: ['6691623']
    };
    function read(body) {
      const key = asText(body.uuid);
      if (key === '') return null;
      const word = asWord(body.state);
      const verdict = VERDICT_WORDS.get(word) ?? null;
      const error = asObject(body.error);
      const code = asText(error?.code) || asText(body.code);
      const name = asText(body.description);
      return {
        key,
        name,
        state: verdict === null ? asText(body.state) : word,
        verdict,
        recognized: verdict !== null || PENDING.has(word),
        dated: asText(body.end_time) !== '',
        message: asText(error?.message) || asText(body.message),
        errorCode: code === '0' ? '' : code,
        failures: [],
        result: resultOf(name),
        startedAt: asInstant(body.start_time),
        endedAt: asInstant(body.end_time),
        lastModified: null,
        source: body
      };
    }
    function resultOf(description) {
      const resource = /^[A-Z]+\s+(\/\S+)/.exec(description)?.[1];
      return resource === undefined ? {} : {
        resource
      };
    }
    const RESULTS_LINK = /^\/api(?:\/v\d+)?(?:\/gateways\/[^/]+)?(\/[^\s\\#]+)$/;
    function bulkResults(job, told) {
      const href = [job, told].map(body => asText(asObject(asObject(body?.source._links)?.results)?.href)).find(Boolean);
      if (href === undefined) return null;
      const path = RESULTS_LINK.exec(href.slice(href.indexOf('/api/')))?.[1] ?? null;
      return {
        path: path === null || leadsBack(path) ? null : path,
        decisive: job.verdict === 'NORMAL'
      };
    }
    function withBulkResults(job, body) {
      const {
        records,
        errors,
        rollback_errors
      } = body;
      if (![records, errors, rollback_errors].some(Array.isArray) && typeof body.num_records !== 'number') return null;
      const failed = [...asObjects(errors), ...asObjects(rollback_errors)];
      const failures = failed.map(failureOf);
      const lists = Object.entries({
        records,
        errors,
        rollback_errors
      }).filter(([, list]) => asObjects(list).length > 0);
      const result = {
        ...job.result,
        ...Object.fromEntries(lists)
      };
      const [first] = failed;
      if (first === undefined) return {
        ...job,
        result
      };
      return {
        ...job,
        result,
        failures,
        verdict: job.verdict === 'NORMAL' ? 'PARTIAL_FAILURES' : job.verdict,
        message: job.verdict === 'NORMAL' ? `${failed.length} record(s) failed: ${failures[0]?.reason}` : job.message,
        errorCode: job.errorCode || asText(errorIn(first).code)
      };
    }
    function failureOf(failed) {
      const task = asText(failed.name) || asText(failed.uuid) || asText(errorIn(failed).target);
      return {
        task,
        reason: asText(errorIn(failed).message) || 'failed without a message'
      };
    }
    function errorIn(failed) {
      return asObject(failed.error) ?? failed;
    }
    ;
    const ontap_select_PENDING = new Set(['queued', 'running']);
    const ontap_select_VERDICT_WORDS = new Map([['success', 'NORMAL'], ['failure', 'ERROR']]);
    const ontapSelect = {
      name: 'ontap-select',
      title: 'ONTAP Select Deploy',
      collection: '/jobs',
      keyField: 'id',
      query: 'fields=state,message,last_modified',
      listQuery: null,
      newestQuery: null,
      fullQuery: '',
      calls: /^\/(clusters|hosts|images|licensing)(\/|\?|$)/,
      longPoll: true,
      canonicalKey: key => key.toLowerCase(),
      longestPause: Number.POSITIVE_INFINITY,
      read: ontap_select_read,
      details: () => null,
      withDetails: job => job,
      cancel: null,
      transientCodes: [],
      deniedCodes: []
    };
    function ontap_select_read(body) {
      const job = asObject(body.record) ?? body;
      const key = asText(job.id);
      if (key === '') return null;
      const word = asWord(job.state);
      const verdict = ontap_select_VERDICT_WORDS.get(word) ?? null;
      const error = asObject(job.error);
      return {
        key,
        name: asText(job.name),
        state: verdict === null ? asText(job.state) : word,
        verdict,
        recognized: verdict !== null || ontap_select_PENDING.has(word),
        dated: asText(job.end_time) !== '',
        message: asText(error?.message) || asText(job.message),
        errorCode: asText(error?.code),
        failures: [],
        result: {},
        startedAt: asInstant(job.start_time),
        endedAt: asInstant(job.end_time),
        lastModified: asText(job.last_modified) || null,
        source: job
      };
    }
    ;
    const VERDICTS = ['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'];
    const OUTCOMES = {
      NORMAL: 'success',
      WARNING: 'warning',
      PARTIAL_FAILURES: 'partial-failures',
      ERROR: 'error'
    };
    ;
    const LONGEST_PAGE = 1_000;
    const unified_manager_PENDING = new Set(['running', 'queued', 'waiting', 'aborting', 'initialized', 'in_progress']);
    const unified_manager_VERDICT_WORDS = new Map(VERDICTS.map((verdict => [asWord(verdict), verdict])));
    const unifiedManager = {
      name: 'unified-manager',
      title: 'Unified Manager',
      collection: '/management-server/jobs',
      keyField: 'key',
      query: '',
      listQuery: keys => `key=${keys.map(encodeQuery).join('|')}&max_records=${keys.length}`,
      newestQuery: 'max_records=10',
      fullQuery: `max_records=${LONGEST_PAGE}`,
      calls: /^\/(storage-provider|management-server|datacenter)\//,
      longPoll: true,
      canonicalKey: (key => key),
      longestPause: Number.POSITIVE_INFINITY,
      read: unified_manager_read,
      details: failedChildren,
      withDetails: withFailedChildren,
      cancel: null,
      transientCodes: [],
      deniedCodes: []
    };
    const pending = {
      verdict: null,
      recognized: true
    };
    const ended = (verdict => ({
      verdict,
      recognized: true
    }));
    function withFailedChildren(job, list) {
      if (!Array.isArray(list.records)) return null;
      const failures = asObjects(list.records).map(unified_manager_read).filter(child => child !== null).filter(({
        verdict
      }) => verdict !== null && verdict !== 'NORMAL').map(child => ({
        task: child.name || child.key,
        reason: child.message || child.state
      }));
      const all = [...job.failures, ...failures];
      return {
        ...job,
        failures: all,
        message: sentence(all)
      };
    }
    function sentence(failures) {
      return failures.map(({
        task,
        reason
      }) => task === '' ? reason : `${task}: ${reason}`).join('; ');
    }
    ;
    const APIS = [unifiedManager, ontap, ontapSelect];
    ;
    const LONGEST_HOLD = 120;
    const SHORTEST_USEFUL_HOLD = 5;
    const UNHELD_ANSWERS = 2;
    const SHORTEST_HOLD = 1_000;
    function isEarly(hold, took) {
      return took < Math.max(hold.seconds * 1_000 / 5, SHORTEST_HOLD);
    }
    function isCutNearHold(answer, hold, took) {
      return hold !== null && answer.kind === 'fault' && answer.why === 'cut' && took >= hold.seconds * 1_000 * 0.8;
    }
    function learn(longPoll, answer, hold, took, changed) {
      if (longPoll.seconds === 0 || answer.kind === 'refused') return OFF;
      if (answer.kind === 'missing') return longPoll;
      const early = isEarly(hold, took);
      if (answer.kind === 'fault' && !early) return shortened(longPoll, hold);
      if (changed || !early) return {
        ...longPoll,
        unheld: 0
      };
      const unheld = longPoll.unheld + 1;
      return unheld < UNHELD_ANSWERS ? {
        ...longPoll,
        unheld
      } : OFF;
    }
    const OFF = {
      seconds: 0,
      unheld: 0
    };
    function shortened(longPoll, hold) {
      const seconds = Math.min(longPoll.seconds, Math.floor(hold.seconds / 2));
      return seconds < SHORTEST_USEFUL_HOLD ? OFF : {
        seconds,
        unheld: 0
      };
    }
    ;
    const LANES = 6;
    const LONGEST_LIST = 100;
    const LONGEST_KEYS = 3_750;
    ;
    const SHARE_OF_AGE = 0.1;
    const SHORTEST_PAUSE = 1_000;
    const FIRST_BACKOFF = 1_000;
    const LONGEST_BACKOFF = 30_000;
    function standardPause(age, longest, random) {
      return Math.min(Math.max(age * SHARE_OF_AGE, SHORTEST_PAUSE), longest) * (0.9 + 0.1 * random());
    }
    function backoff(count, random) {
      return Math.min(FIRST_BACKOFF * 2 ** (count - 1), LONGEST_BACKOFF) * (0.5 + 0.5 * random());
    }
    function chatterPause(count, standard) {
      return Math.min(SHORTEST_PAUSE * 2 ** (count - 1), standard);
    }
    ;
    const GRACE = 10_000;
    const UNRESOLVED_TRIES = 3;
    const MOST_OMISSIONS = 2;
    const LEAST_SHARE_OF_PAUSE = 0.5;
    const LEAST_PAUSE = 900;
    function expire(watch) {
      if (watch.job === null && watch.misses > 0) return concede(watch, 'not-found', watch.trouble);
      if (watch.job !== null && !watch.job.recognized) {
        return concede(watch, 'unrecognized', `the state ${JSON.stringify(watch.job.state)} is none that is known`);
      }
      if (watch.confirming !== null) return concede(watch, 'timeout', 'no second reading confirmed that it is over');
      return concede(watch, 'timeout', watch.trouble);
    }
    function concede(watch, outcome, reason) {
      const {
        job,
        confirming,
        settling
      } = watch;
      if (settling !== null && confirming !== null) return {
        outcome: outcomeOf(confirming),
        job: settling
      };
      return {
        outcome,
        job,
        reason
      };
    }
    const HEALTHY = {
      troubledAt: null,
      faults: 0,
      misses: 0,
      denials: 0,
      trouble: '',
      confirming: null
    };
    function owedSince({
      askedAt,
      now,
      hold
    }) {
      return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now);
    }
    function ageOf(job, startedAt, {
      serverNow,
      now
    }) {
      const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt;
      return age >= 0 ? age : now - startedAt;
    }
    ;
    const OVERTIME = 2_000;
    const OVERSLEPT = 500;
    const UNFIT_LISTS = 2;
    function isNews(answer, known) {
      if (answer.kind !== 'job') return false;
      try {
        return !(0, external_node_util_namespaceObject.isDeepStrictEqual)(answer.job, known);
      } catch {
        return true;
      }
    }
    ;
    const external_node_http_namespaceObject = require("node:http");
    ;
    const LOOKED_AT = 20;
    const LONGEST_INPUT = 100_000;
    ;
    const REDIRECTS = [301, 302, 303, 307, 308];
    const LATER = [408, 425, 429];
    const NEVER = [501, 505];
    const GATEWAY = [502, 504];
    const BY_PROXY = [502, 503, 504];
    function fault(what) {
      return {
        kind: 'fault',
        what,
        why: 'other'
      };
    }
    function describeExchange(exchange) {
      return exchange.ok ? describe(exchange) : exchange.failure.what;
    }
    function excerpt({
      headers,
      body
    }) {
      const type = plainText(headers['content-type'] ?? 'no content type', 100);
      return `${type}, ${JSON.stringify(plainText(body, 200))}`;
    }
    function errorOf(body) {
      const error = asObject(asObject(parseJson(body))?.error);
      return {
        message: asText(error?.message),
        code: asText(error?.code),
        target: asText(error?.target)
      };
    }
    ;
    const BUDGET = 1_500;
    const RULES = {
      timeout: BUDGET,
      longPoll: 0,
      pollInterval: 1_000,
      unreachableTimeout: BUDGET
    };
    function withCancelling(awaited, {
      ending,
      refusal
    }, seen) {
      const job = seen ?? ending.job;
      const done = job?.verdict ? `the server was asked to cancel it, and it ended as ${job.state}` : 'the server was asked to cancel it';
      const reason = [ending.reason, refusal === '' ? done : `the server did not cancel it: ${refusal}`];
      const seenAt = seen === null ? awaited.seenAt : awaited.elapsed;
      return {
        ...awaited,
        seenAt,
        ending: {
          ...ending,
          job,
          reason: reason.filter(Boolean).join('; ')
        }
      };
    }
    ;
    const persist_UNRESOLVED_TRIES = 3;
    async function persist(attempt, {
      deadline,
      unreachableTimeout
    }, {
      clock,
      random,
      stop,
      onTrouble
    }) {
      const startedAt = clock.now();
      let count = 0;
      let trouble;
      do {
        const result = await attempt();
        if ('value' in result) return result;
        trouble = result.trouble;
        count += 1;
        if (stop.aborted) break;
        if (count === 1) onTrouble(trouble);
        const now = clock.now();
        const givesUp = now - startedAt >= unreachableTimeout || result.unresolved && count >= persist_UNRESOLVED_TRIES;
        if (givesUp) return {
          gaveUp: 'unreachable',
          trouble
        };
        if (now >= deadline) return {
          gaveUp: 'timeout',
          trouble
        };
        const pause = Math.max(backoff(count, random), result.retryAfter ?? 0);
        await clock.sleep(Math.min(pause, deadline - now), stop);
      } while (!stop.aborted);
      return {
        gaveUp: 'cancelled',
        trouble
      };
    }
    ;
    function fromBodies(text, place) {
      const bodies = parseBodies(text);
      if (bodies === null) return collect([{
        fault: `is not JSON: it starts with ${quote(text.trim())}`
      }]);
      return collect(bodies.flatMap(body => jobsIn(body).map(job => referToBody(job, body, place))));
    }
    function holdsJob(body) {
      return jobsIn(body).some(job => job !== null);
    }
    const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
    const UNIFIED_MANAGER_KEY = /^[0-9a-f]+(:-?[0-9a-f]+)+$/i;
    function parseBodies(text) {
      const whole = parse(text);
      if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
      const bodies = text.split('\n').filter(line => line.trim() !== '').map(parse);
      return bodies.length === 0 || bodies.includes(undefined) ? null : bodies;
    }
    function parse(text) {
      try {
        return JSON.parse(text.replace(/^\uFEFF/, ''));
      } catch {
        return undefined;
      }
    }
    function jobsIn(body) {
      const object = asObject(body);
      if (object === null) return [null];
      if (Array.isArray(object.jobs) && object.jobs.length > 0) return object.jobs.map(asObject);
      if (asText(object.job_key) !== '') return [{
        key: object.job_key
      }];
      const job = asObject(object.job);
      if (job !== null) return [job];
      const bare = asObject(object.record) ?? object;
      return [isJob(bare) ? bare : null];
    }
    function referToBody(job, body, place) {
      if (job !== null) return refer(mentionIn(job), place, job);
      const message = asText(asObject(asObject(body)?.error)?.message);
      if (message !== '') return {
        fault: `is an error, not a job: the server said ${quote(message)}`
      };
      return {
        fault: `holds no job: a 202 answer has {"job": {\u2026}} or {"jobs": [\u2026]}, but this is ${quoteJson(body)}`
      };
    }
    function isJob(body) {
      return linkOf(body) !== null || APIS.some(api => api.read(body)?.recognized === true);
    }
    function mentionIn(job) {
      const keyOf = ({
        keyField
      }) => decodeOnce(asText(job[keyField]));
      const link = linkOf(job);
      if (link !== null) return {
        ...link,
        key: keyOf(link.api) || link.key
      };
      const api = APIS.find(one => keyOf(one) !== '');
      return api === undefined ? {
        key: ''
      } : {
        api,
        key: keyOf(api)
      };
    }
    function linkOf(job) {
      return parseLink(asText(asObject(asObject(job._links)?.self)?.href));
    }
    function quote(text) {
      return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}\u2026` : text);
    }
    function quoteJson(value) {
      try {
        return quote(JSON.stringify(value));
      } catch {
        return '{\u2026}';
      }
    }
    ;
    const LONGEST_RETURN_TIMEOUT = 120_000;
    function parseCall(text, place) {
      const shown = JSON.stringify(text.replace(/\?.*/s, '?\u2026').slice(0, 200));
      const match = /^(POST|PATCH|PUT|DELETE)\s+(\/[^\s#\\]*)$/.exec(text);
      if (match === null) {
        return `${shown} is no call: write the method and the path under the API's root, such as POST /storage-provider/luns`;
      }
      const [, method, path = ''] = match;
      const under = path.startsWith(`${place.root}/`) ? path.slice(place.root.length) : path;
      if (leadsBack(under) || under.startsWith('//')) return `${shown} has a path that leads out of the API`;
      return {
        method: method,
        path: `${place.root}${under}`
      };
    }
    function apiOfCall({
      path
    }, place) {
      if (place.api !== 'auto') return apiNamed(place.api);
      return apiOfRoot(place.root) ?? APIS.find(({
        calls
      }) => calls.test(path.slice(place.root.length)));
    }
    ;
    const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
    const SEPARATOR = /,(?! \d\d[ -][A-Z])/;
    ;
    const MOST_PAGES = 20;
    async function readPages(client, wall, api, path, signal, take) {
      let next = path;
      let times = {
        retryAfter: null,
        serverNow: null
      };
      for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
        const exchange = await client.send({
          method: 'GET',
          path: next,
          hold: 0
        }, signal);
        const {
          retryAfter,
          serverNow
        } = timing(exchange, wall);
        times = {
          retryAfter: longer(times.retryAfter, retryAfter),
          serverNow
        };
        const body = classifyBody(exchange, api);
        if ('kind' in body) return {
          failure: body,
          more: true,
          ...times
        };
        next = take(body.object) ? nextPage(body.object, path) : null;
      }
      return {
        failure: null,
        more: next !== null,
        ...times
      };
    }
    function nextPage(page, path) {
      const href = asText(asObject(asObject(page._links)?.next)?.href);
      const query = /\?[^#\s]+/.exec(href)?.[0];
      return query === undefined ? null : `${path.replace(/\?.*/, '')}${query}`;
    }
    function longer(one, other) {
      return one === null || other === null ? one ?? other : Math.max(one, other);
    }
    ;
    const NOT_TAKEN = '262160';
    async function makeCall(call, place, patience, surroundings) {
      const {
        client,
        clock,
        stop
      } = surroundings;
      const calledAt = clock.now();
      const outcome = await persist(attempt, patience, surroundings);
      if ('gaveUp' in outcome) {
        return {
          kind: outcome.gaveUp,
          status: null,
          reason: `the call was not taken: ${outcome.trouble}`,
          errorCode: ''
        };
      }
      return outcome.value;
      async function attempt() {
        const {
          method,
          path,
          body,
          returnTimeout
        } = call;
        const query = returnTimeout === null ? '' : `${path.includes('?') ? '&' : '?'}return_timeout=${returnTimeout / 1_000}`;
        const request = {
          method,
          path: `${path}${query}`,
          hold: returnTimeout ?? 0,
          body
        };
        const exchange = await client.send(request, stop);
        const reason = describeExchange(exchange);
        if (isNotTaken(exchange)) {
          const unresolved = !exchange.ok && exchange.failure.why === 'unresolved';
          return {
            trouble: reason,
            unresolved,
            retryAfter: timing(exchange, clock.wall).retryAfter
          };
        }
        if (exchange.ok && !isGatewayFailure(exchange)) return {
          value: readAnswer(exchange, place)
        };
        const status = exchange.ok ? exchange.status : null;
        if (!exchange.ok && !exchange.failure.sent) {
          return {
            value: {
              kind: 'unreachable',
              status,
              reason: `the call was not sent: ${reason}`,
              errorCode: ''
            }
          };
        }
        const doubt = `${reason}. The server may have taken the call`;
        if (stop.aborted) return {
          value: {
            kind: 'cancelled',
            status,
            reason: doubt,
            errorCode: ''
          }
        };
        return {
          value: {
            kind: 'unreachable',
            status,
            reason: `${doubt}. ${await candidates()}`,
            errorCode: ''
          }
        };
      }
      async function candidates() {
        const api = apiOfCall(call, place);
        if (api === undefined || api.newestQuery === null) return 'Look at the server before you call again.';
        const path = `${place.root}${api.collection}?${api.newestQuery}`;
        const exchange = await client.send({
          method: 'GET',
          path,
          hold: 0
        }, stop);
        const body = classifyBody(exchange, api);
        const {
          serverNow
        } = timing(exchange, clock.wall);
        const since = (serverNow ?? clock.wall()) - (clock.now() - calledAt) - CLOCK_GRAIN;
        const jobs = 'kind' in body ? [] : asObjects(body.object.records).flatMap(record => api.read(record) ?? []);
        const recent = jobs.filter(job => job.startedAt !== null && job.startedAt >= since);
        if (recent.length === 0) return `No job of that time was found at ${path}: look there before you call again.`;
        return `Jobs of that time, one of which could be it: ${recent.map(candidate).join(', ')}.`;
      }
    }
    const CLOCK_GRAIN = 2_000;
    function candidate({
      key,
      name,
      state
    }) {
      const about = [name, state].filter(Boolean).join(', ');
      return about === '' ? key : `${key} (${about})`;
    }
    function isNotTaken(exchange) {
      if (!exchange.ok) return !exchange.failure.sent && !exchange.failure.fatal;
      return exchange.status === 429 || errorOf(exchange.body).code === NOT_TAKEN;
    }
    function isGatewayFailure({
      status,
      body
    }) {
      return status >= 500 && errorOf(body).message === '';
    }
    function readAnswer(exchange, place) {
      const {
        status,
        body
      } = exchange;
      const reason = describeExchange(exchange);
      const {
        code: errorCode,
        message
      } = errorOf(body);
      if (status >= 300 || message !== '') return {
        kind: 'refused',
        status,
        reason,
        errorCode
      };
      const object = asObject(parseJson(body));
      if (object !== null && status !== 202 && !holdsJob(object)) return {
        kind: 'done',
        status,
        result: object
      };
      if (body.trim() === '' && (status === 201 || status === 204)) return {
        kind: 'done',
        status,
        result: {}
      };
      const {
        references,
        faults
      } = fromBodies(body, place);
      if (faults.length === 0) return {
        kind: 'accepted',
        status,
        references,
        incomplete: hasNext(object)
      };
      return {
        kind: 'unrecognized',
        status,
        reason: `${reason}, and the body ${faults.join('; ')}`,
        errorCode
      };
    }
    function hasNext(body) {
      return asText(asObject(asObject(body?._links)?.next)?.href) !== '';
    }
    ;
    async function listPending(client, wall, {
      api,
      root,
      filter
    }, signal) {
      const records = [];
      let isList = true;
      const path = `${root}${api.collection}?${filter}&${api.fullQuery}`;
      const {
        failure,
        more,
        retryAfter
      } = await readPages(client, wall, api, path, signal, page => {
        const listed = recordsIn(page);
        if (listed === null) isList = false;else for (const record of listed) records.push(record);
        return isList;
      });
      switch (failure?.kind) {
        case undefined:
          break;
        case 'fault':
          return {
            trouble: failure.what,
            unresolved: failure.why === 'unresolved',
            retryAfter
          };
        case 'denied':
          return {
            value: {
              kind: 'unauthorized',
              reason: failure.what
            }
          };
        case 'fatal':
          return {
            value: {
              kind: 'unreachable',
              reason: failure.what
            }
          };
        case 'refused':
        case 'missing':
          return {
            value: {
              kind: 'refused',
              reason: failure.what
            }
          };
        default:
          return {
            trouble: 'the answer is no list of jobs',
            unresolved: false,
            retryAfter
          };
      }
      const jobs = records.map(record => list_read(api, asObject(record)));
      if (!isList || jobs.includes(null)) return {
        trouble: 'the answer is no list of jobs',
        unresolved: false,
        retryAfter
      };
      if (more) return {
        value: {
          kind: 'unrecognized',
          reason: `more than ${MOST_PAGES} pages of jobs match: narrow the filter`
        }
      };
      const pending = jobs.filter(job => job !== null && job.verdict === null);
      return {
        value: {
          kind: 'pending',
          jobs: pending
        }
      };
    }
    function recordsIn({
      records,
      num_records
    }) {
      return Array.isArray(records) && !(asCount(num_records) > records.length) ? records : null;
    }
    function list_read(api, record) {
      return record === null ? null : api.read(record);
    }
    ;
    async function call({
      call,
      place
    }, options) {
      const {
        patience,
        log
      } = options;
      const what = `${call.method} ${call.path.replace(/\?.*/, '')}`;
      log.info(`Calling ${what}`);
      const onTrouble = logTrouble(options, 'the call was not taken, and is made again');
      const called = await makeCall(call, place, patience, {
        ...options,
        onTrouble
      });
      const {
        status
      } = called;
      switch (called.kind) {
        case 'accepted':
          if (called.incomplete) {
            log.warning(`${what}: the answer has a "next" link: more of the work remains, which the same call takes up again`);
          }
          return {
            references: called.references,
            status
          };
        case 'done':
          {
            const message = `The server did all of ${what} at once`;
            return {
              apart: {
                outcome: 'success',
                message,
                errorCode: '',
                result: called.result
              },
              status
            };
          }
        default:
          {
            const {
              kind: outcome,
              reason,
              errorCode
            } = called;
            return {
              apart: {
                outcome,
                message: `${what}: ${reason}`,
                errorCode,
                result: {}
              },
              status
            };
          }
      }
    }
    function logTrouble({
      log
    }, next) {
      return trouble => log.info(`No usable answer: ${trouble}; ${next}`);
    }
    const LEAST_BETWEEN_LOOKS = 1_000;
    async function* query(source, options) {
      const {
        client,
        clock,
        stop,
        patience
      } = options;
      const {
        api,
        root
      } = source;
      const onTrouble = logTrouble(options, 'asking again');
      for (let looks = 0;; looks += 1) {
        const askedAt = clock.now();
        const looked = await persist(() => listPending(client, clock.wall, source, stop), patience, {
          ...options,
          onTrouble
        });
        if ('gaveUp' in looked) return yield find_jobs_closed(looked.gaveUp, looked.trouble);
        const listed = looked.value;
        if (listed.kind !== 'pending') return yield find_jobs_closed(listed.kind === 'refused' ? 'invalid-input' : listed.kind, listed.reason);
        const {
          jobs
        } = listed;
        if (jobs.length === 0 && looks === 0) return yield NOTHING_PENDING;
        if (jobs.length === 0) return;
        if (askedAt >= patience.deadline) return yield find_jobs_closed('timeout', `${jobs.length} job(s) are still pending`);
        yield {
          references: jobs.map(({
            key
          }) => ({
            api: api.name,
            key,
            root,
            told: null
          })),
          status: null
        };
        await clock.sleep(askedAt + LEAST_BETWEEN_LOOKS - clock.now(), stop);
      }
    }
    const NOTHING_PENDING = {
      apart: {
        outcome: 'success',
        message: 'No job that matches "job-query" is pending',
        errorCode: '',
        result: {}
      },
      status: null
    };
    function find_jobs_closed(outcome, reason) {
      return {
        apart: {
          outcome,
          message: `job-query: ${reason}`,
          errorCode: '',
          result: {}
        },
        status: null
      };
    }
    ;
    const WHOLE = {
      text: Number.POSITIVE_INFINITY,
      list: Number.POSITIVE_INFINITY
    };
    const MEASURES = [WHOLE, {
      text: 4_000,
      list: Number.POSITIVE_INFINITY
    }, {
      text: 500,
      list: Number.POSITIVE_INFINITY
    }, {
      text: 100,
      list: 1_000
    }, {
      text: 40,
      list: 20
    }];
    const DEEPEST = 100;
    ;
    function detailsIn(api, job, pages, more) {
      if (more) return {
        kind: 'fatal',
        what: `the details of the job's end have more than ${MOST_PAGES} pages`
      };
      const body = joinPages(pages);
      const detailed = api.withDetails(job, body);
      if (detailed !== null) return {
        kind: 'details',
        job: detailed
      };
      const what = `the details of the job's end are none: ${plainText(boundedJson(body, 1_000).json, 200)}`;
      return {
        kind: 'fault',
        what,
        why: 'other'
      };
    }
    function joinPages(pages) {
      const names = new Set(pages.flatMap(Object.keys));
      return Object.fromEntries([...names].map(name => {
        const parts = pages.map(page => page[name]).filter(part => part !== undefined);
        return [name, parts.every(Array.isArray) ? parts.flat() : parts[0]];
      }));
    }
    const NO_LINK = {
      kind: 'fatal',
      what: "the link to the details of the job's end leads nowhere in the API: look at them on the server"
    };
    const UNLISTED = {
      kind: 'unlisted'
    };
    function withoutList(answer) {
      return isPassing(answer) || answer.kind === 'denied' && answer.final ? answer : UNLISTED;
    }
    function isPassing({
      kind
    }) {
      return kind === 'fault' || kind === 'fatal';
    }
    ;
    const promises_namespaceObject = require("node:stream/promises");
    ;
    const external_node_zlib_namespaceObject = defer("zlib");
    var external_http_ = __nccwpck_require__(611);
    var external_http_namespaceObject = __nccwpck_require__.t(external_http_, 2);
    var external_https_ = __nccwpck_require__(692);
    var external_https_namespaceObject = external_https_;
    ;
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
    var tunnel = __nccwpck_require__(770);
    ;
    var x = (y => {
      var x = {};
      __nccwpck_require__.d(x, y);
      return x;
    });
    var y = x => () => x;
    const external_undici_namespaceObject = x({
      ["ProxyAgent"]: () => __WEBPACK_EXTERNAL_MODULE_undici__.ProxyAgent
    });
    ;
    var __awaiter = undefined && undefined.__awaiter || (function (thisArg, _arguments, P, generator) {
      const adopt = (function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      });
      return new (P || (P = Promise))((function (resolve, reject) {
        const fulfilled = (function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        });
        const step = (function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        });
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      }));
    });
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
    function lib_getProxyUrl(serverUrl) {
      const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
      return proxyUrl ? proxyUrl.href : '';
    }
    const HttpRedirectCodes = [HttpCodes.MovedPermanently, HttpCodes.ResourceMoved, HttpCodes.SeeOther, HttpCodes.TemporaryRedirect, HttpCodes.PermanentRedirect];
    const HttpResponseRetryCodes = [HttpCodes.BadGateway, HttpCodes.ServiceUnavailable, HttpCodes.GatewayTimeout];
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
          return new Promise(resolve => __awaiter(this, void 0, void 0, function* () {
            let output = Buffer.alloc(0);
            this.message.on('data', chunk => {
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
          return new Promise(resolve => __awaiter(this, void 0, void 0, function* () {
            const chunks = [];
            this.message.on('data', chunk => {
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
          additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
          const res = yield this.post(requestUrl, data, additionalHeaders);
          return this._processResponse(res, this.requestOptions);
        });
      }
      putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
          const data = JSON.stringify(obj, null, 2);
          additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
          additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
          const res = yield this.put(requestUrl, data, additionalHeaders);
          return this._processResponse(res, this.requestOptions);
        });
      }
      patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
          const data = JSON.stringify(obj, null, 2);
          additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
          additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
          const res = yield this.patch(requestUrl, data, additionalHeaders);
          return this._processResponse(res, this.requestOptions);
        });
      }
      request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, (function* () {
          if (this._disposed) {
            throw new Error('Client has already been disposed.');
          }
          const parsedUrl = new URL(requestUrl);
          let info = this._prepareRequest(verb, parsedUrl, headers);
          const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1;
          let numTries = 0;
          let response;
          do {
            response = yield this.requestRaw(info, data);
            if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
              let authenticationHandler;
              for (const handler of this.handlers) {
                if (handler.canHandleAuthentication(response)) {
                  authenticationHandler = handler;
                  break;
                }
              }
              if (authenticationHandler) {
                return authenticationHandler.handleAuthentication(this, info, data);
              } else {
                return response;
              }
            }
            let redirectsRemaining = this._maxRedirects;
            while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
              const redirectUrl = response.message.headers['location'];
              if (!redirectUrl) {
                break;
              }
              const parsedRedirectUrl = new URL(redirectUrl);
              if (parsedUrl.protocol === 'https:' && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) {
                throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
              }
              yield response.readBody();
              if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                for (const header in headers) {
                  if (header.toLowerCase() === 'authorization') {
                    delete headers[header];
                  }
                }
              }
              info = this._prepareRequest(verb, parsedRedirectUrl, headers);
              response = yield this.requestRaw(info, data);
              redirectsRemaining--;
            }
            if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) {
              return response;
            }
            numTries += 1;
            if (numTries < maxTries) {
              yield response.readBody();
              yield this._performExponentialBackoff(numTries);
            }
          } while (numTries < maxTries);
          return response;
        }));
      }
      dispose() {
        if (this._agent) {
          this._agent.destroy();
        }
        this._disposed = true;
      }
      requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, (function* () {
          return new Promise(((resolve, reject) => {
            const callbackForResult = (function callbackForResult(err, res) {
              if (err) {
                reject(err);
              } else if (!res) {
                reject(new Error('Unknown error'));
              } else {
                resolve(res);
              }
            });
            this.requestRawWithCallback(info, data, callbackForResult);
          }));
        }));
      }
      requestRawWithCallback(info, data, onResult) {
        const handleResult = (function handleResult(err, res) {
          if (!callbackCalled) {
            callbackCalled = true;
            onResult(err, res);
          }
        });
        if (typeof data === 'string') {
          if (!info.options.headers) {
            info.options.headers = {};
          }
          info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        const req = info.httpModule.request(info.options, (msg => {
          const res = new HttpClientResponse(msg);
          handleResult(undefined, res);
        }));
        let socket;
        req.on('socket', (sock => {
          socket = sock;
        }));
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
          if (socket) {
            socket.end();
          }
          handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
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
        } else {
          req.end();
        }
      }
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
        info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort;
        info.options.path = (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
          info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
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
      _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
          const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
          if (headerValue) {
            clientHeader = typeof headerValue === 'number' ? headerValue.toString() : headerValue;
          }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
          return typeof additionalValue === 'number' ? additionalValue.toString() : additionalValue;
        }
        if (clientHeader !== undefined) {
          return clientHeader;
        }
        return _default;
      }
      _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
          const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
          if (headerValue) {
            if (typeof headerValue === 'number') {
              clientHeader = String(headerValue);
            } else if (Array.isArray(headerValue)) {
              clientHeader = headerValue.join(', ');
            } else {
              clientHeader = headerValue;
            }
          }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        if (additionalValue !== undefined) {
          if (typeof additionalValue === 'number') {
            return String(additionalValue);
          } else if (Array.isArray(additionalValue)) {
            return additionalValue.join(', ');
          } else {
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
        if (agent) {
          return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
          maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        if (proxyUrl && proxyUrl.hostname) {
          const agentOptions = {
            maxSockets,
            keepAlive: this._keepAlive,
            proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && {
              proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
            }), {
              host: proxyUrl.hostname,
              port: proxyUrl.port
            })
          };
          let tunnelAgent;
          const overHttps = proxyUrl.protocol === 'https:';
          if (usingSsl) {
            tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
          } else {
            tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
          }
          agent = tunnelAgent(agentOptions);
          this._proxyAgent = agent;
        }
        if (!agent) {
          const options = {
            keepAlive: this._keepAlive,
            maxSockets
          };
          agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
          this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
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
        if (proxyAgent) {
          return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new external_undici_namespaceObject.ProxyAgent(Object.assign({
          uri: proxyUrl.href,
          pipelining: !this._keepAlive ? 0 : 1
        }, (proxyUrl.username || proxyUrl.password) && {
          token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        }));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
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
            if (statusCode === HttpCodes.NotFound) {
              resolve(response);
            }
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
                } else {
                  obj = JSON.parse(contents);
                }
                response.result = obj;
              }
              response.headers = res.message.headers;
            } catch (err) {}
            if (statusCode > 299) {
              let msg;
              if (obj && obj.message) {
                msg = obj.message;
              } else if (contents && contents.length > 0) {
                msg = contents;
              } else {
                msg = `Failed request: (${statusCode})`;
              }
              const err = new HttpClientError(msg, statusCode);
              err.result = response.result;
              reject(err);
            } else {
              resolve(response);
            }
          }));
        });
      }
    }
    const lowercaseKeys = (obj => Object.keys(obj).reduce(((c, k) => (c[k.toLowerCase()] = obj[k], c)), {}));
    ;
    const LONGEST_TIMER = 2 ** 31 - 1;
    const FALLBACK = 1_000;
    const systemClock = {
      now: (() => Number(process.hrtime.bigint()) / 1e6),
      wall: (() => Date.now()),
      sleep: ((ms, signal) => new Promise((resolve => {
        if (signal.aborted) return resolve();
        const wake = (() => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        });
        const timer = setTimeout(wake, clampDelay(ms));
        signal.addEventListener('abort', wake);
      })))
    };
    ;
    const external_node_https_namespaceObject = defer("https");
    ;
    const types_namespaceObject = require("node:util/types");
    ;
    const STALE = 1_000;
    const onReusedSocket = new WeakSet();
    const beforeReady = new WeakSet();
    function wasReused(error) {
      return (0, types_namespaceObject.isNativeError)(error) && onReusedSocket.has(error);
    }
    function wasUnsent(error) {
      return (0, types_namespaceObject.isNativeError)(error) && beforeReady.has(error);
    }
    function isBroken(error) {
      return error.code === 'ECONNRESET' || error.code === 'EPIPE';
    }
    ;
    const external_node_crypto_namespaceObject = defer("crypto");
    ;
    function parsePrivateKey(text) {
      const [pem] = blocksOf(text, '(?:[A-Z]+ )?PRIVATE KEY');
      if (pem === undefined) return 'holds no private key: it must have lines from -----BEGIN PRIVATE KEY----- on';
      if (/-----BEGIN ENCRYPTED|ENCRYPTED$/m.test(pem)) {
        return 'is encrypted: decrypt it (openssl pkey -in key.pem -out decrypted.pem) and keep the result as a secret';
      }
      try {
        return (0, external_node_crypto_namespaceObject.createPrivateKey)(pem);
      } catch {
        return 'is damaged, or no private key: PEM needs its line breaks and every character';
      }
    }
    function nameIn(distinguishedName) {
      return distinguishedName?.split('\n').reverse().join(', ') || 'no name';
    }
    function subjectOf(certificate) {
      return nameIn(certificate?.subject);
    }
    function day(date) {
      return date.toISOString().slice(0, 10);
    }
    ;
    const ADD_ISSUER = 'give the certificate of the authority that issued it as "ca-certificate", or let the server send its whole chain';
    const RENEW = 'renew it on the server, or check the clock of the runner';
    const CAUSES = {
      DEPTH_ZERO_SELF_SIGNED_CERT: ['is self-signed, and not known', 'compare the fingerprint with that of the server, and give the certificate as "ca-certificate"'],
      SELF_SIGNED_CERT_IN_CHAIN: ['comes from an authority that is not known', ADD_ISSUER],
      UNABLE_TO_GET_ISSUER_CERT: ['comes from an authority that is not known', ADD_ISSUER],
      UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['comes from an authority that is not known', ADD_ISSUER],
      UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['comes from an authority that is not known', ADD_ISSUER],
      CERT_SIGNATURE_FAILURE: ['has a signature that is not that of its issuer', ADD_ISSUER],
      CERT_HAS_EXPIRED: ['has expired', RENEW],
      CERT_NOT_YET_VALID: ['is not valid yet', RENEW],
      ERR_TLS_CERT_ALTNAME_INVALID: ['is for another host', 'use a name that stands in the certificate'],
      CERT_REVOKED: ['was revoked', 'install another one on the server'],
      CERT_UNTRUSTED: ['is not trusted', ADD_ISSUER],
      CERT_REJECTED: ['is not trusted', ADD_ISSUER],
      INVALID_CA: ['was issued by a certificate that may not issue any', 'install another one on the server'],
      INVALID_PURPOSE: ['is not meant for a server', 'install another one on the server']
    };
    const OTHER_CAUSE = /^(CA_|EE_|CERT_|CRL_|ERROR_IN_CERT|PATH_LENGTH|UNABLE_TO_DECODE|UNSUPPORTED_)/;
    const REFUSED = /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_(.*CERTIFICATE.*|UNKNOWN_CA)$/;
    function distrust(code, message, certificate) {
      const refused = REFUSED.exec(code)?.[2];
      if (refused !== undefined) {
        const why = refused.toLowerCase().replaceAll('_', ' ');
        return `the server does not accept the client's certificate, or wants one (${why}): check "client-certificate"`;
      }
      if (!isAboutCertificate(code)) return null;
      const [cause, wayOut] = CAUSES[code] ?? [`is not accepted (${plainText(message, 200)})`, 'install another one on the server'];
      const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (it is for ${namesOf(certificate)})` : '';
      return `its certificate ${cause}${names}: ${wayOut}${distrust_identityOf(certificate)}`;
    }
    function isAboutCertificate(code) {
      return code in CAUSES || OTHER_CAUSE.test(code);
    }
    function distrust_identityOf(certificate) {
      if (certificate === undefined) return '';
      const {
        subject,
        issuer,
        validFromDate,
        validToDate,
        fingerprint256
      } = certificate;
      const name = text => plainText(nameIn(text), 150);
      const period = `${validFromDate.toISOString().slice(0, 10)} to ${validToDate.toISOString().slice(0, 10)}`;
      return `. It is ${name(subject)}, issued by ${name(issuer)}, valid from ${period}, SHA-256 fingerprint ${fingerprint256}`;
    }
    function namesOf(certificate) {
      return plainText(certificate?.subjectAltName ?? '', 200) || 'no host by name';
    }
    ;
    class RequestError extends Error {
      failure;
      constructor(failure) {
        super(failure.what);
        this.failure = failure;
      }
    }
    const CUT = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'];
    const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'];
    const WORDS = {
      ECONNREFUSED: 'the connection was refused',
      ECONNRESET: 'the connection broke',
      EPIPE: 'the connection broke',
      ERR_STREAM_PREMATURE_CLOSE: 'the connection broke in the middle of the answer',
      EHOSTUNREACH: 'there is no route to the host',
      ENETUNREACH: 'there is no route to the network',
      ETIMEDOUT: 'the connection could not be made in time',
      ENOTFOUND: 'the host name does not resolve',
      EAI_AGAIN: 'the host name does not resolve'
    };
    function failure_failureOf(error, limit, circumstances = {}) {
      if (error instanceof RequestError) return error.failure;
      const {
        peer = null,
        proxy = null,
        certificate,
        sent = true
      } = circumstances;
      if (limit !== null) {
        const through = proxy === null ? '' : ` through ${proxy}`;
        return {
          why: 'other',
          what: `no whole answer came within ${limit / 1_000} s${through}`,
          fatal: false,
          sent
        };
      }
      const prefix = peer === null ? '' : `${peer}: `;
      const {
        code,
        message
      } = described(error);
      const distrusted = distrust(code, message, certificate);
      if (distrusted !== null) return {
        why: 'other',
        what: `${prefix}${distrusted}`,
        fatal: true,
        sent: false
      };
      const words = WORDS[code] ?? (isNotTls(message) ? NOT_TLS : undefined);
      const detail = plainText(message, 200);
      return {
        why: CUT.includes(code) ? 'cut' : UNRESOLVED.includes(code) ? 'unresolved' : 'other',
        what: prefix + (words === undefined ? `the request failed: ${detail || code}` : `${words}${detail && ` (${detail})`}`),
        fatal: false,
        sent
      };
    }
    function isDistrust(error) {
      return isAboutCertificate(described(error).code);
    }
    const NOT_TLS = 'what answered does not speak TLS: check the port, and whether the address should start with http:';
    function isNotTls(message) {
      return /wrong version number|packet length too long|http request/.test(message);
    }
    function described(error) {
      if (error instanceof AggregateError && error.errors.length > 0) return described(error.errors[0]);
      if (!(0, types_namespaceObject.isNativeError)(error)) return {
        code: '',
        message: String(error)
      };
      return {
        code: 'code' in error ? String(error.code) : '',
        message: error.message
      };
    }
    ;
    const external_node_net_namespaceObject = require("node:net");
    ;
    ;
    const external_node_tls_namespaceObject = defer("tls");
    ;
    const LONGEST = 3_000;
    function peekCertificate(origin, socket) {
      return new Promise(resolve => {
        const way = socket === null ? {} : {
          socket
        };
        const connection = (0, external_node_tls_namespaceObject.connect)({
          ...endpointOf(origin),
          ...way,
          rejectUnauthorized: false
        });
        connection.setTimeout(LONGEST, () => connection.destroy());
        connection.once('secureConnect', () => {
          resolve(connection.getPeerX509Certificate());
          connection.destroy();
        });
        connection.once('error', () => resolve(undefined));
        connection.once('close', () => resolve(undefined));
      });
    }
    ;
    function reasonOf(error) {
      return (0, types_namespaceObject.isNativeError)(error) ? error.message : String(error);
    }
    ;
    const USUAL_TRUST = {
      authorities: [],
      identity: null,
      verify: true
    };
    function tlsOptionsOf(trust) {
      const {
        authorities
      } = trust;
      return optionsWith(trust, authorities.length === 0 ? [] : [...(0, external_node_tls_namespaceObject.getCACertificates)('default'), ...authorities]);
    }
    function refusal(identity) {
      try {
        (0, external_node_tls_namespaceObject.createSecureContext)(shown(identity));
        return null;
      } catch (error) {
        return reasonOf(error);
      }
    }
    ;
    function headerSecrets(value) {
      return [value, ...(/^\S+\s+(.+)$/.exec(value)?.slice(1) ?? [])];
    }
    function pemSecrets(pem) {
      return pem.split(/\r\n|\r|\n/).map(line => line.trim()).filter(line => line.length >= 8 && !line.includes('-----'));
    }
    ;
    const tunnel_NEVER = [405, 407, 501, 505];
    function createTunnels(proxy, target, tls, limit) {
      const opening = new Set();
      const {
        request
      } = proxy.origin.startsWith('https:') ? external_node_https_namespaceObject : external_node_http_namespaceObject;
      return {
        open,
        close: () => {
          for (const one of opening) one.destroy();
        }
      };
      function open() {
        return new Promise((resolve, reject) => {
          const connecting = request({
            ...endpointOf(proxy.origin),
            ...tls,
            method: 'CONNECT',
            path: target,
            headers: {
              host: target,
              ...proxyHeaders(proxy)
            },
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
          connecting.once('error', async error => {
            settle();
            const certificate = isDistrust(error) ? await peekCertificate(proxy.origin, null) : undefined;
            const peer = nameOf(proxy);
            reject(new RequestError(failure_failureOf(error, expired ? limit : null, {
              peer,
              proxy: peer,
              certificate,
              sent: false
            })));
          });
          connecting.once('connect', (response, socket) => {
            settle();
            const {
              statusCode = 0
            } = response;
            if (statusCode >= 200 && statusCode < 300) {
              socket.setKeepAlive(true, 1_000);
              resolve(socket);
            } else {
              socket.destroy();
              reject(new RequestError(tunnel_refusal(proxy, target, response)));
            }
          });
          connecting.end();
        });
      }
    }
    function proxyHeaders({
      credentials
    }) {
      return credentials === null ? {} : {
        'proxy-authorization': authorizationOf(credentials)
      };
    }
    function nameOf({
      origin
    }) {
      return `the proxy ${origin}`;
    }
    function tunnel_refusal(proxy, target, {
      statusCode = 0,
      statusMessage = '',
      headers
    }) {
      const reason = plainText(statusMessage, 100) || external_node_http_namespaceObject.STATUS_CODES[statusCode];
      const what = `${nameOf(proxy)} answered ${statusCode} ${reason} when asked for ${target}`;
      const advice = statusCode === 407 ? `: ${adviceOn407(proxy, headers['proxy-authenticate'])}` : '';
      return {
        why: 'other',
        what: what + advice,
        fatal: tunnel_NEVER.includes(statusCode),
        sent: false
      };
    }
    function adviceOn407({
      variable,
      credentials
    }, challenges = '') {
      const schemes = plainText([challenges].flat().join(', '), 100);
      if (schemes !== '' && !/\bbasic\b/i.test(schemes)) return `it asks for ${schemes}, but only Basic is supported`;
      return credentials === null ? `write its user name and password into ${variable}, as http://user:password@host:port` : `it does not take the user name and password in ${variable}`;
    }
    ;
    function forwarded(options, {
      origin,
      host
    }, proxy) {
      const {
        protocol
      } = new URL(proxy.origin);
      const headers = {
        ...options.headers,
        host,
        ...proxyHeaders(proxy)
      };
      return Object.assign(options, {
        ...endpointOf(proxy.origin),
        protocol,
        path: `${origin}${options.path}`,
        headers
      });
    }
    ;
    const LONGEST_BODY = 8 * 1024 * 1024;
    const TOO_LONG = new Error(`the answer is longer than ${LONGEST_BODY / 1024 / 1024} MiB`);
    const NO_TIMEOUT = 2 ** 31 - 1;
    function unreachable() {
      throw new Error('authentication is never negotiated');
    }
    ;
    function bypassesProxy({
      host: given,
      port
    }, noProxy) {
      const host = bare(given);
      return noProxy.toLowerCase().split(/[\s,]+/).filter(Boolean).some(entry => {
        if (entry === '*') return true;
        const [, pattern = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
        return (only === undefined || Number(only) === port) && matches(host, pattern);
      });
    }
    function matches(host, pattern) {
      const [address = '', prefix] = bare(pattern).split('/');
      const family = (0, external_node_net_namespaceObject.isIP)(address);
      if (family === 0) {
        const name = address.replace(/^\*?\./, '');
        return name !== '' && (host === name || (0, external_node_net_namespaceObject.isIP)(host) === 0 && host.endsWith(`.${name}`));
      }
      if ((0, external_node_net_namespaceObject.isIP)(host) === 0) return false;
      const type = family === 4 ? 'ipv4' : 'ipv6';
      const bits = prefix === undefined ? family === 4 ? 32 : 128 : Number(prefix);
      if (!Number.isInteger(bits) || bits > (family === 4 ? 32 : 128)) return false;
      const range = new external_node_net_namespaceObject.BlockList();
      range.addSubnet(address, bits, type);
      return range.check(host, (0, external_node_net_namespaceObject.isIP)(host) === 4 ? 'ipv4' : 'ipv6');
    }
    function bare(host) {
      return host.replace(/^\[(.*)\]/, '$1').replace(/\.$/, '');
    }
    ;
    const DEFAULT_ROOT = '/api';
    ;
    function parseProxy(variable, text) {
      const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
      if (url === null || url.hostname === '') {
        return {
          variable,
          fault: 'is no address of a proxy: write it as http://proxy.example.com:3128'
        };
      }
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return {
          variable,
          fault: `names a proxy of the kind ${url.protocol}, but only http: and https: are supported`
        };
      }
      const username = decode(url.username);
      const password = decode(url.password);
      return {
        origin: url.origin,
        variable,
        credentials: username || password ? {
          username,
          password
        } : null
      };
    }
    function decode(text) {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    }
    ;
    const UNITS = {
      h: 3_600_000,
      m: 60_000,
      s: 1_000
    };
    const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
    const duration_LONGEST = 1e15;
    ;
    const RESERVED = new Set(['accept-encoding', 'connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent']);
    const NAME = /^[!#$%&'*+.^`|~\w-]+$/;
    const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;
    const SECRET = /auth|cookie|credential|key|password|secret|token/;
    function isCredential(name) {
      return SECRET.test(name.toLowerCase());
    }
    ;
    const query_RESERVED = ['fields', 'max_records', 'offset', 'order_by', 'return_timeout', 'return_records'];
    function parseFilter(text) {
      const filters = text.split(/[&\n]/).map(part => part.trim());
      const wrong = filters.find(filter => !/^[A-Za-z_][\w.]*=./.test(filter));
      if (wrong !== undefined) return `${JSON.stringify(wrong)} is no filter: write name=value, several joined by "&"`;
      const reserved = filters.map(filter => filter.replace(/=.*/, '')).filter(name => query_RESERVED.includes(name));
      if (reserved.length > 0) return `${reserved.join(', ')} cannot be set: give filters on the jobs' own fields only`;
      return {
        query: filters.map(encodeFilter).join('&')
      };
    }
    function encodeFilter(filter) {
      const [name = '', ...value] = filter.split('=');
      return `${name}=${encodeQuery(value.join('=').toWellFormed()).replaceAll('%7C', '|').replaceAll('%2A', '*')}`;
    }
    ;
    const SOURCES = ['job-key', 'response', 'response-file', 'request', 'job-query'];
    const OF_REQUEST = ['request-body', 'return-timeout'];
    function readCall(inputs) {
      const {
        value,
        place,
        fault,
        returnTimeout
      } = inputs;
      const parsed = parseCall(value('request'), place);
      const body = readCallBody(inputs);
      if (typeof parsed === 'string') return fault('request', parsed);
      const call = {
        ...parsed,
        body,
        returnTimeout
      };
      const api = apiOfCall(call, place);
      if (returnTimeout !== null && returnTimeout > LONGEST_RETURN_TIMEOUT) {
        return fault('return-timeout', `${value('return-timeout')} is too long: ONTAP takes 0s to 2m`);
      }
      if (returnTimeout !== null && api !== undefined && api.name !== 'ontap') {
        return fault('return-timeout', `is given for a call of ${api.title}: ONTAP alone knows it`);
      }
      return {
        kind: 'call',
        call,
        place
      };
    }
    function readCallBody(inputs) {
      const given = inputs.value('request-body');
      if (given === '') return null;
      const body = given.startsWith('@') ? readText('request-body', given.slice(1), inputs) : given;
      if (body === null) return null;
      try {
        JSON.parse(body);
        return body;
      } catch {
        return inputs.fault('request-body', 'is not valid JSON: write JSON, or @ and the path of a file that holds it');
      }
    }
    function readQuery({
      value,
      place,
      fault
    }) {
      const parsed = parseFilter(value('job-query'));
      if (typeof parsed === 'string') return fault('job-query', parsed);
      const api = place.api === 'auto' ? apiOfRoot(place.root) : apiNamed(place.api);
      if (api === undefined) {
        const names = APIS.filter(({
          listQuery
        }) => listQuery !== null).map(({
          name
        }) => name);
        return fault('job-query', `does not tell the API: set "api" to ${names.join(' or ')}`);
      }
      if (api.listQuery === null) return fault('job-query', `${api.title} has no list of jobs to choose from`);
      return {
        kind: 'query',
        api,
        root: place.root,
        filter: parsed.query
      };
    }
    function readText(name, path, {
      readFile,
      fault
    }) {
      try {
        return readFile(path);
      } catch (error) {
        return fault(name, `${JSON.stringify(path)} cannot be read: ${reasonOf(error)}`);
      }
    }
    ;
    ;
    const INPUTS = {
      url: '',
      'job-key': '',
      response: '',
      'response-file': '',
      request: '',
      'request-body': '',
      'return-timeout': '',
      'job-query': '',
      api: 'auto',
      username: '',
      password: '',
      token: '',
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
    const CANCEL_JOB = {
      never: [],
      'on-cancel': ['cancelled'],
      'on-timeout': ['timeout'],
      always: ['cancelled', 'timeout']
    };
    ;
    const external_node_os_namespaceObject = require("node:os");
    ;
    const external_os_namespaceObject = require("os");
    ;
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
    ;
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
                } else {
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
    function escapeProperty(s) {
      return utils_toCommandValue(s).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/:/g, '%3A').replace(/,/g, '%2C');
    }
    ;
    const external_crypto_namespaceObject = defer("crypto");
    ;
    const external_fs_namespaceObject = require("fs");
    ;
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
      if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
      }
      if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
      }
      return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
    }
    ;
    const external_path_namespaceObject = require("path");
    ;
    var auth_awaiter = undefined && undefined.__awaiter || function (thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
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
      prepareRequest(options) {
        if (!options.headers) {
          throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
      }
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
      prepareRequest(options) {
        if (!options.headers) {
          throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
      }
      canHandleAuthentication() {
        return false;
      }
      handleAuthentication() {
        return auth_awaiter(this, void 0, void 0, function* () {
          throw new Error('not implemented');
        });
      }
    }
    ;
    var oidc_utils_awaiter = undefined && undefined.__awaiter || function (thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
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
          const res = yield httpclient.getJson(id_token_url).catch(error => {
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
            let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
            if (audience) {
              const encodedAudience = encodeURIComponent(audience);
              id_token_url = `${id_token_url}&audience=${encodedAudience}`;
            }
            debug(`ID token url is ${id_token_url}`);
            const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
            setSecret(id_token);
            return id_token;
          } catch (error) {
            throw new Error(`Error message: ${error.message}`);
          }
        });
      }
    }
    ;
    var summary_awaiter = undefined && undefined.__awaiter || function (thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    const access = (...given) => external_fs_namespaceObject.promises.access(...given);
    const appendFile = (...given) => external_fs_namespaceObject.promises.appendFile(...given);
    const writeFile = (...given) => external_fs_namespaceObject.promises.writeFile(...given);
    const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
    const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
    class Summary {
      constructor() {
        this._buffer = '';
      }
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
          } catch (_a) {
            throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
          }
          this._filePath = pathFromEnv;
          return this._filePath;
        });
      }
      wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join('');
        if (!content) {
          return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
      }
      write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
          const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
          const filePath = yield this.filePath();
          const writeFunc = overwrite ? writeFile : appendFile;
          yield writeFunc(filePath, this._buffer, {
            encoding: 'utf8'
          });
          return this.emptyBuffer();
        });
      }
      clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
          return this.emptyBuffer().write({
            overwrite: true
          });
        });
      }
      stringify() {
        return this._buffer;
      }
      isEmptyBuffer() {
        return this._buffer.length === 0;
      }
      emptyBuffer() {
        this._buffer = '';
        return this;
      }
      addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
      }
      addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
      }
      addCodeBlock(code, lang) {
        const attrs = Object.assign({}, lang && {
          lang
        });
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
      }
      addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
      }
      addTable(rows) {
        const tableBody = rows.map(row => {
          const cells = row.map(cell => {
            if (typeof cell === 'string') {
              return this.wrap('td', cell);
            }
            const {
              header,
              data,
              colspan,
              rowspan
            } = cell;
            const tag = header ? 'th' : 'td';
            const attrs = Object.assign(Object.assign({}, colspan && {
              colspan
            }), rowspan && {
              rowspan
            });
            return this.wrap(tag, data, attrs);
          }).join('');
          return this.wrap('tr', cells);
        }).join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
      }
      addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
      }
      addImage(src, alt, options) {
        const {
          width,
          height
        } = options || {};
        const attrs = Object.assign(Object.assign({}, width && {
          width
        }), height && {
          height
        });
        const element = this.wrap('img', null, Object.assign({
          src,
          alt
        }, attrs));
        return this.addRaw(element).addEOL();
      }
      addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag) ? tag : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
      }
      addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
      }
      addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
      }
      addQuote(text, cite) {
        const attrs = Object.assign({}, cite && {
          cite
        });
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
      }
      addLink(text, href) {
        const element = this.wrap('a', text, {
          href
        });
        return this.addRaw(element).addEOL();
      }
    }
    const _summary = new Summary();
    const markdownSummary = null && _summary;
    const summary = null && _summary;
    ;
    function toPosixPath(pth) {
      return pth.replace(/[\\]/g, '/');
    }
    function toWin32Path(pth) {
      return pth.replace(/[/]/g, '\\');
    }
    function toPlatformPath(pth) {
      return pth.replace(/[/\\]/g, path.sep);
    }
    ;
    var exec_x = (y => {
      var x = {};
      __nccwpck_require__.d(x, y);
      return x;
    });
    var exec_y = x => () => x;
    const exec_namespaceObject = exec_x({});
    ;
    var platform_awaiter = undefined && undefined.__awaiter || function (thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
      const {
        stdout: version
      } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
      });
      const {
        stdout: name
      } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
      });
      return {
        name: name.trim(),
        version: version.trim()
      };
    });
    const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
      var _a, _b, _c, _d;
      const {
        stdout
      } = yield exec.getExecOutput('sw_vers', undefined, {
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
      const {
        stdout
      } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
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
        return Object.assign(Object.assign({}, yield isWindows ? getWindowsInfo() : isMacOS ? getMacOsInfo() : getLinuxInfo()), {
          platform,
          arch,
          isWindows,
          isMacOS,
          isLinux
        });
      });
    }
    ;
    var core_awaiter = undefined && undefined.__awaiter || function (thisArg, _arguments, P, generator) {
      function adopt(value) {
        return value instanceof P ? value : new P(function (resolve) {
          resolve(value);
        });
      }
      return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) {
          try {
            step(generator.next(value));
          } catch (e) {
            reject(e);
          }
        }
        function rejected(value) {
          try {
            step(generator["throw"](value));
          } catch (e) {
            reject(e);
          }
        }
        function step(result) {
          result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
        }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
      });
    };
    var ExitCode;
    (function (ExitCode) {
      ExitCode[ExitCode["Success"] = 0] = "Success";
      ExitCode[ExitCode["Failure"] = 1] = "Failure";
    })(ExitCode || (ExitCode = {}));
    function exportVariable(name, val) {
      const convertedVal = toCommandValue(val);
      process.env[name] = convertedVal;
      const filePath = process.env['GITHUB_ENV'] || '';
      if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
      }
      issueCommand('set-env', {
        name
      }, convertedVal);
    }
    function addPath(inputPath) {
      const filePath = process.env['GITHUB_PATH'] || '';
      if (filePath) {
        issueFileCommand('PATH', inputPath);
      } else {
        issueCommand('add-path', {}, inputPath);
      }
      process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
    }
    function getMultilineInput(name, options) {
      const inputs = getInput(name, options).split('\n').filter(x => x !== '');
      if (options && options.trimWhitespace === false) {
        return inputs;
      }
      return inputs.map(input => input.trim());
    }
    function getBooleanInput(name, options) {
      const trueValue = ['true', 'True', 'TRUE'];
      const falseValue = ['false', 'False', 'FALSE'];
      const val = getInput(name, options);
      if (trueValue.includes(val)) return true;
      if (falseValue.includes(val)) return false;
      throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` + `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
    }
    function setOutput(name, value) {
      const filePath = process.env['GITHUB_OUTPUT'] || '';
      if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
      }
      process.stdout.write(os.EOL);
      issueCommand('set-output', {
        name
      }, toCommandValue(value));
    }
    function setCommandEcho(enabled) {
      issue('echo', enabled ? 'on' : 'off');
    }
    function setFailed(message) {
      process.exitCode = ExitCode.Failure;
      error(message);
    }
    function isDebug() {
      return process.env['RUNNER_DEBUG'] === '1';
    }
    function error(message, properties = {}) {
      command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
    }
    function warning(message, properties = {}) {
      command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
    }
    function notice(message, properties = {}) {
      command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
    }
    function startGroup(name) {
      command_issue('group', name);
    }
    function endGroup() {
      command_issue('endgroup');
    }
    function group(name, fn) {
      return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
          result = yield fn();
        } finally {
          endGroup();
        }
        return result;
      });
    }
    function saveState(name, value) {
      const filePath = process.env['GITHUB_STATE'] || '';
      if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
      }
      issueCommand('save-state', {
        name
      }, toCommandValue(value));
    }
    function getState(name) {
      return process.env[`STATE_${name}`] || '';
    }
    function getIDToken(aud) {
      return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
      });
    }
    ;
    const MASK = '***';
    const SHORT = 4;
    const LONGEST_START = 64;
    const OWN_OUTPUTS = new Set(['outcome', 'elapsed-seconds', 'status-code']);
    const JSON_OUTPUTS = new Set(['result', 'job', 'jobs']);
    const OWN_WORDS = new Set(['key,api,url,outcome,state,message,error-code,result,elapsed-seconds,requests,job,jobs', 'success,warning,partial-failures,error,timeout,not-found,lost,unauthorized,unreachable,unrecognized', 'cancelled,refused,invalid-input,unified-manager,ontap,ontap-select,NORMAL,WARNING,PARTIAL_FAILURES,ERROR', 'normal,partial_failures,completed,failure,queued,running,paused,waiting,aborting,aborted'].flatMap((words => words.split(','))));
    const ENTITIES = {
      '&': 'amp',
      '<': 'lt',
      '>': 'gt',
      '"': 'quot',
      "'": 'apos'
    };
    function literal(character) {
      return `\\u{${codePointOf(character).toString(16)}}`;
    }
    function codePointOf(character) {
      return character.codePointAt(0);
    }
    function unitsOf(character) {
      return Array.from({
        length: character.length
      }, (_, index) => character.charCodeAt(index));
    }
    function hexadecimal(number, digits) {
      return number.toString(16).padStart(digits, '0').replace(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`);
    }
    ;
    const toolkit_getInput = (name => getInput(name));
    let redact = text => text;
    const toolkit_debug = (text => core_debug(redact(text)));
    const toolkit_info = (text => info(redact(text)));
    const toolkit_notice = (text, properties) => notice(redact(text), properties);
    const toolkit_warning = (text, properties) => warning(redact(text), properties);
    const toolkit_error = (text, properties) => error(redact(text), properties);
    const toolkit_startGroup = name => startGroup(redact(name));
    const toolkit_endGroup = () => endGroup();
    const redactedOutput = ((name, value) => redactOutput(name, value, redact));
    ;
    ;
    const WORST_FIRST = ['error', 'partial-failures', 'unauthorized', 'unrecognized', 'lost', 'not-found', 'unreachable', 'timeout', 'cancelled', 'warning', 'success'];
    const VERDICT_OF = {
      success: 'NORMAL',
      warning: 'WARNING',
      'partial-failures': 'PARTIAL_FAILURES',
      error: 'ERROR'
    };
    const OPEN = ['unauthorized', 'unrecognized', 'unreachable', 'timeout', 'cancelled'];
    function countOutcomes(outcomes) {
      return WORST_FIRST.map(outcome => ({
        outcome,
        count: outcomes.filter(one => one === outcome).length
      })).filter(({
        count
      }) => count > 0).map(({
        outcome,
        count
      }) => `${count} ${outcome}`).join(', ');
    }
    ;
    function asYaml({
      url,
      api,
      jobKeys
    }) {
      return [`url: ${url}`, `api: ${api}`, 'job-key: |-', ...jobKeys.map(key => `  ${key}`)].join('\n');
    }
    function jobKeyOf(reference, root) {
      return reference.root === root ? encodeSegment(reference.key) : statusPath(reference);
    }
    ;
    const TITLES = {
      success: 'The job succeeded',
      warning: 'The job ended with a warning',
      'partial-failures': 'The job ended with partial failures',
      error: 'The job ended in an error',
      timeout: 'Timed out before the job was over',
      'not-found': 'There is no such job',
      lost: 'The server no longer knows the job',
      unauthorized: 'The server refused to show the job',
      unreachable: 'The server gave no usable answer',
      unrecognized: 'The state of the job is not known',
      cancelled: 'The wait was cancelled before the job was over'
    };
    function tallyOf({
      awaited,
      elapsed
    }) {
      return `${countOutcomes(awaited.map(({
        ending
      }) => ending.outcome))} after ${formatDuration(elapsed)}`;
    }
    function wording_ageOf(elapsed, seenAt) {
      const age = elapsed - (seenAt ?? elapsed);
      return age < 1_000 ? 'a moment' : formatDuration(age);
    }
    function lastSeen(job, age) {
      if (job === null) return 'The server never showed it';
      const message = plainText(job.message, 300);
      return `It was last seen ${stateOf(job)}, ${age} earlier${message && `: ${message}`}`;
    }
    function whyOf(job) {
      if (job === null) return {
        message: '',
        failures: []
      };
      const {
        message,
        failures
      } = job;
      const lines = failures.map(({
        task,
        reason
      }) => task === '' ? reason : `${task}: ${reason}`);
      const reasons = failures.map(({
        reason
      }) => reason);
      if (failures.length > 0 && [lines, reasons].some(texts => texts.join('; ') === message)) {
        return {
          message: '',
          failures
        };
      }
      return {
        message,
        failures: failures.filter(({
          reason
        }) => !message.includes(reason))
      };
    }
    const ADVICE = {
      timeout: 'The job may still be running. Go on waiting in a later step, or raise "timeout".',
      'not-found': 'Check "job-key", and that "url" is the server that accepted the call. ONTAP forgets a job 300 s after its end.',
      lost: 'The job may have succeeded or failed: look at the resource itself.',
      unauthorized: 'The job may still be running. Check the credentials, and that their role may read jobs.',
      unreachable: 'The job may still be running. Check "url", and the network and any proxy on the way to the server.',
      unrecognized: 'The job may still be running. Look at it on the server.',
      cancelled: 'The job may still be running.'
    };
    ;
    const annotation_LONGEST = 4_096;
    const LONGEST_LINE = 1_000;
    const MOST_KEYS = 3;
    const MOST_TASKS = 3;
    function annotationOf(conclusion, server) {
      const {
        awaited,
        failed,
        level
      } = conclusion;
      const shown = level === 'error' ? failed : awaited.filter(({
        ending
      }) => ending.outcome !== 'success');
      const head = awaited.length === 1 ? [] : [tallyOf(conclusion)];
      const tail = [...adviceOf(shown), ...resumption(shown, server)];
      const room = annotation_LONGEST - [...head, ...tail].join('\n').length - 2;
      return [...head, ...fitting(linesOf(shown), room), ...tail].join('\n');
    }
    function annotationOfFaults(faults) {
      return fitting(faults.map(fault => plainText(fault)), annotation_LONGEST).join('\n');
    }
    function linesOf(shown) {
      const most = shown.length === 1 ? Number.POSITIVE_INFINITY : MOST_TASKS;
      return shown.flatMap(awaited => {
        const {
          message,
          failures
        } = 'reason' in awaited.ending ? whyOf(null) : whyOf(awaited.ending.job);
        const said = plainText(message) || silenceOf(awaited);
        const tasks = failures.map(({
          task,
          reason
        }) => `- ${plainText(task, 200) || 'a task'}: ${plainText(reason, 500)}`);
        const rest = tasks.length > most ? [`- \u2026 and ${tasks.length - most} more failed tasks`] : [];
        return [shorten(`${headlineOf(awaited)}${said && `: ${said}`}`, LONGEST_LINE), ...tasks.slice(0, most), ...rest];
      });
    }
    function resumption(shown, server) {
      const inputs = goingOn(shown, server);
      if (inputs === null) return [];
      const {
        url,
        api,
        jobKeys
      } = inputs;
      if (jobKeys.length > MOST_KEYS) return ['The inputs with which a later step goes on waiting stand in the log.'];
      const keys = jobKeys.join(', ');
      return [shorten(`To go on waiting: url: ${url}, api: ${api}, job-key: ${keys}`, LONGEST_LINE)];
    }
    function fitting(lines, room) {
      const kept = [];
      let left = room - '\u2026 (99999 more lines)'.length - 1;
      for (const line of lines) {
        left -= line.length + 1;
        if (left < 0) return [...kept, `\u2026 (${lines.length - kept.length} more lines)`];
        kept.push(line);
      }
      return kept;
    }
    ;
    const OUTPUTS = null && ['outcome', 'state', 'result', 'job', 'jobs', 'key', 'message', 'error-code', 'elapsed-seconds', 'status-code'];
    const outputs_LONGEST = {
      all: 950_000,
      key: 150_000,
      job: 200_000,
      result: 150_000
    };
    const LONGEST_MESSAGE = 4_000;
    const LONGEST_STATE = 200;
    function outputsWithoutJobs(elapsed) {
      return {
        state: '',
        job: '{}',
        jobs: '[]',
        key: '',
        'elapsed-seconds': seconds(elapsed)
      };
    }
    function outputsOfFaults(faults) {
      const message = plainText(faults.join('; '), LONGEST_MESSAGE);
      return {
        outcome: 'invalid-input',
        message,
        'elapsed-seconds': '0'
      };
    }
    ;
    const MOST_SPANS = 12;
    const LONGEST_NAME = 30;
    const LEAST_COMMON = 8;
    const gantt_LONGEST_STATE = 24;
    const CHARACTER = 6.5;
    const BARS = 520;
    const MARGIN = 18;
    const ENDING = 110;
    const SHORTEST = 1_000;
    function tasksOf({
      spans,
      ending,
      isFailure,
      end
    }, total) {
      const bars = fewer(spans).map(fromStart).filter(({
        from,
        to
      }) => to > from).map(span => {
        const {
          from,
          to
        } = span;
        const text = `${label(span.state, gantt_LONGEST_STATE)} ${formatDuration(to - from)}`;
        const fits = text.length * CHARACTER + MARGIN < (to - from) / total * BARS;
        return `  ${word(fits ? text : '')} :${tagOf(span)}${instant(from)}, ${instant(to)}`;
      });
      return [...bars, `  ${word(label(ending, gantt_LONGEST_STATE))} :${isFailure ? 'crit, ' : ''}milestone, ${instant(end)}, 0ms`];
    }
    function tagOf({
      state,
      known
    }) {
      if (!known) return 'crit, ';
      return /^(queued|waiting|paused|initialized|accepted)$/i.test(state) ? 'done, ' : 'active, ';
    }
    function distinct(names) {
      const [first = '', ...others] = names;
      if (others.length === 0 || names.every(({
        length
      }) => length <= LONGEST_NAME)) return [...names];
      let common = 0;
      while (common < first.length && others.every(name => name[common] === first[common])) common += 1;
      const start = first.slice(0, common).search(/[^\s/?=]*$/);
      return names.map(name => start < LEAST_COMMON ? name : `\u2026${name.slice(start)}`);
    }
    function fromStart({
      from,
      ...span
    }, index) {
      return {
        ...span,
        from: index === 0 && from < SHORTEST ? 0 : from
      };
    }
    function fewer(spans) {
      if (spans.length <= MOST_SPANS) return spans;
      const head = spans.slice(0, MOST_SPANS / 2);
      const tail = spans.slice(1 - MOST_SPANS / 2);
      const [first] = tail;
      const last = head.at(-1);
      const count = spans.length - head.length - tail.length;
      return [...head, {
        state: `${count} more states`,
        known: true,
        from: last.to,
        to: first.from
      }, ...tail];
    }
    function label(text, longest) {
      const safe = redact(plainText(text)).replaceAll(':', '\u2236').replace(/[^\p{L}\p{M}\p{N} ._/()\u2236\u2026*-]+/gu, ' ').trim();
      const characters = [...safe];
      return characters.length <= longest ? safe : `${characters.slice(0, longest - 1).join('')}\u2026`;
    }
    function word(text) {
      return `\u200B${text}`;
    }
    function instant(ms) {
      return new Date(Date.UTC(2001, 0, 1) + Math.round(ms)).toISOString().slice(0, -1);
    }
    const SECOND = 1_000;
    const MINUTE = 60_000;
    const HOUR = 3_600_000;
    const DAY = 86_400_000;
    const TICKS = [...[1, 2, 5, 10, 15, 30].map((count => ({
      ms: count * SECOND,
      tick: `${count}second`
    }))), ...[1, 2, 5, 10, 15, 30].map((count => ({
      ms: count * MINUTE,
      tick: `${count}minute`
    }))), ...[1, 2, 3, 6, 12].map((count => ({
      ms: count * HOUR,
      tick: `${count}hour`
    }))), ...[1, 2, 5].map((count => ({
      ms: count * DAY,
      tick: `${count}day`
    }))), {
      ms: 7 * DAY,
      tick: '1week'
    }, {
      ms: 30 * DAY,
      tick: '1month'
    }];
    const MOST_TICKS = 8;
    function axisOf(total) {
      const {
        ms,
        tick
      } = TICKS.find(({
        ms
      }) => total / ms <= MOST_TICKS) ?? {
        ms: 365 * DAY,
        tick: '12month'
      };
      if (total >= DAY) return {
        tick,
        format: 'day %-j, %-Hh'
      };
      if (total >= HOUR) return {
        tick,
        format: '%-Hh %Mm'
      };
      if (ms >= MINUTE) return {
        tick,
        format: '%-Mm'
      };
      return {
        tick,
        format: total >= MINUTE ? '%-Mm %Ss' : '%-Ss'
      };
    }
    ;
    const html_ENTITIES = {
      '&': '&amp;',
      '<': '&lt;',
      '>': '&gt;',
      '"': '&quot;',
      "'": '&#39;'
    };
    ;
    const ROOM = {
      table: 200_000,
      passed: 250_000,
      why: 100_000,
      tasks: 150_000,
      results: 150_000,
      keys: 60_000
    };
    const FEW = 10;
    const MOST_ROWS = 30;
    const FEW_TASKS = 5;
    const LONGEST_LINK = 1_000;
    const SYMBOLS = {
      success: '\u2705',
      warning: '\u26a0\ufe0f',
      'partial-failures': '\u274c',
      error: '\u274c',
      timeout: '\u23f3',
      'not-found': '\u2753',
      lost: '\u2753',
      unauthorized: '\ud83d\udd12',
      unreachable: '\ud83d\udd0c',
      unrecognized: '\u2753',
      cancelled: '\ud83d\udeab'
    };
    const LEVEL_SYMBOLS = {
      info: '\u2705',
      warning: '\u26a0\ufe0f',
      error: '\u274c'
    };
    function summaryOfFaults(faults) {
      const {
        kept
      } = html_fitting(faults, fault => `<li>${verbatim(fault)}</li>`, ROOM.table);
      return `### \u274c The inputs are not right\n\n<p>Nothing was sent to the server.</p>\n<ul>\n${kept}\n</ul>\n`;
    }
    function verdictWhy(awaited, job) {
      const said = verbatim(whyOf(job).message) || silenceOf(awaited);
      const code = job.errorCode ? `code ${verbatim(job.errorCode, 50)}` : '';
      return [said, code].filter(Boolean).join(', ');
    }
    function openWhy({
      elapsed,
      seenAt
    }, {
      job,
      reason: text
    }) {
      const reason = verbatim(text);
      if (job === null) return reason;
      const message = verbatim(job.message, 300);
      const last = `last seen ${verbatim(stateOf(job))}, ${wording_ageOf(elapsed, seenAt)} before the end${message && `: ${message}`}`;
      return [reason, last].filter(Boolean).join('; ');
    }
    function inWords(rows) {
      const lines = rows.map(({
        number,
        spans,
        ending
      }) => {
        const states = fewer(spans).map(({
          state,
          from,
          to
        }) => `${verbatim(state, 50)} ${formatDuration(to - from)}`);
        return `<li>${number === null ? '' : `<b>#${number}</b>: `}${[...states, ending].join(' \u2192 ')}</li>`;
      });
      return folded('The same in words', `<p>Grey: not at work yet, or paused; blue: at work; red: no usable answer; a diamond: the ending.</p>\n` + `<ul>\n${lines.join('\n')}\n</ul>`);
    }
    function textOf(value) {
      return typeof value === 'string' ? value : boundedJson([value], 10_000).json.slice(1, -1);
    }
    function folded(title, content, open = false) {
      return `<details${open ? ' open' : ''}><summary>${title}</summary>\n${content}\n</details>`;
    }
    function fenced(language, text) {
      const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
      const fence = '`'.repeat(longest + 1);
      return `${fence}${language}\n${text}\n${fence}`;
    }
    function count(number, noun) {
      return `${number} ${noun}${number === 1 ? '' : 's'}`;
    }
    ;
    function reportFaults(faults, summary, printer) {
      writeOutputs(outputsOfFaults(faults), printer);
      if (summary) writeSummary(summaryOfFaults(faults), printer);
      printer.error(annotationOfFaults(faults), {
        title: 'Await Job: the inputs are not right'
      });
      return 1;
    }
    function reportDefect(printer) {
      const message = 'Await Job stopped without knowing how the job ended: this is a defect of the action, please report it. The job may still be running';
      writeOutputs({
        outcome: 'unrecognized',
        message
      }, printer);
      printer.error(message, {
        title: 'Await Job: a defect'
      });
      return 1;
    }
    ;
    const HEARTBEAT = 60_000;
    const MANY = 10;
    const MOST_FAILURES_TOLD = 10;
    const LEAST_BETWEEN_PROGRESS = 5_000;
    function totals(total, {
      print,
      isQuiet,
      isDue
    }, printer) {
      const states = new Map();
      const ended = [];
      let isComplete = false;
      let printed = '';
      let failuresTold = 0;
      return event => {
        if (event.kind === 'answer' && event.after !== null) {
          states.set(event.after.reference, event.after.job === null ? 'not seen yet' : stateOf(event.after.job));
        }
        if (event.kind === 'ended') end(event.awaited);
        if (event.kind === 'replied') progress(event.elapsed);
      };
      function progress(elapsed) {
        const text = count();
        const seenAll = states.size + ended.length === total;
        const isFirst = seenAll && !isComplete;
        isComplete ||= seenAll;
        if (ended.length < total && (isFirst || text !== printed && isDue(elapsed) || isQuiet(elapsed))) {
          print(elapsed, text);
          printed = text;
        }
      }
      function end(awaited) {
        const {
          outcome
        } = awaited.ending;
        states.delete(awaited.reference);
        ended.push(awaited);
        if (log_isNews(outcome) && failuresTold < MOST_FAILURES_TOLD) {
          failuresTold += 1;
          const last = failuresTold === MOST_FAILURES_TOLD ? ' (further ones are listed at the end)' : '';
          print(awaited.elapsed, `${sentenceOf(awaited)}${last}`);
        }
        if (ended.length === total) {
          print(awaited.elapsed, count());
          list('How each of the jobs ended', worstFirst(ended).map(sentenceOf), printer);
        }
      }
      function count() {
        const outcomes = ended.map(({
          ending
        }) => ending.outcome);
        const pending = Map.groupBy(states.values(), state => state);
        const parts = [`${ended.length} of ${total} jobs over${outcomes.length > 0 ? ` (${countOutcomes(outcomes)})` : ''}`, ...[...pending].map(([state, jobs]) => `${jobs.length} ${state}`)];
        return parts.join(', ');
      }
    }
    function log_isNews(outcome) {
      return !['success', 'timeout', 'cancelled'].includes(outcome);
    }
    function list(title, lines, {
      startGroup,
      info,
      endGroup
    }) {
      startGroup(title);
      for (const line of lines) info(`  ${line}`);
      endGroup();
    }
    ;
    const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'];
    const INTERRUPTED = 130;
    ;
    const apart_TITLES = {
      success: 'There is nothing to wait for',
      refused: 'The server refused the call',
      'invalid-input': 'The inputs are not right',
      timeout: 'The time ran out before there was a job to wait for',
      'not-found': 'There is nothing of the kind',
      lost: 'What became of it is not known',
      unauthorized: 'The server did not let the jobs be read',
      unreachable: 'The server gave no usable answer',
      unrecognized: 'The answer names no job',
      cancelled: 'The step was cancelled before there was a job to wait for'
    };
    const apart_LONGEST = {
      message: 4_000,
      result: 800_000,
      shown: 50_000
    };
    function outputsOfApart({
      outcome,
      message,
      errorCode,
      result
    }) {
      const {
        json,
        cut
      } = boundedJson(result, apart_LONGEST.result);
      return {
        outcome,
        result: json,
        message: plainText(message, apart_LONGEST.message) + (cut ? ' (shortened to fit: result)' : ''),
        'error-code': plainText(errorCode, 200)
      };
    }
    function printApart({
      outcome,
      message
    }, printer) {
      const print = outcome === 'success' ? printer.notice : printer.error;
      print(plainText(message, apart_LONGEST.message), {
        title: apart_TITLES[outcome]
      });
    }
    function summaryOfApart({
      outcome,
      message,
      result
    }) {
      const parts = [`### ${outcome === 'success' ? '\u2705' : '\u274c'} ${apart_TITLES[outcome]}`, `<p>${verbatim(message)}</p>`];
      if (Object.keys(result).length > 0) parts.push(`<p>${verbatim(boundedJson(result, apart_LONGEST.shown).json, apart_LONGEST.shown)}</p>`);
      return `${parts.join('\n\n')}\n`;
    }
    ;
    ;
    ;
    const timeline_MOST_SPANS = 200;
    function timeline_stateOf({
      job,
      faults,
      misses,
      denials
    }) {
      if (faults > 0) return {
        state: 'no answer',
        known: false
      };
      if (misses > 0) return {
        state: 'not found',
        known: false
      };
      if (denials > 0) return {
        state: 'refused',
        known: false
      };
      return {
        state: job?.state || 'accepted',
        known: true
      };
    }
    ;
    function onExit(code) {
      if (code !== INTERRUPTED) process.exitCode = reportDefect(toolkit_namespaceObject);
    }
  }))
};
var __webpack_module_cache__ = {};
(() => {
  var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
  var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
  var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
  var resolveQueue = (queue => {
    if (queue && queue.d < 1) {
      queue.d = 1;
      queue.forEach(fn => fn.r--);
      queue.forEach(fn => fn.r-- ? fn.r++ : fn());
    }
  });
  var wrapDeps = deps => deps.map(dep => {
    if (dep !== null && typeof dep === "object") {
      if (dep[webpackQueues]) return dep;
      if (dep.then) {
        var queue = [];
        queue.d = 0;
        dep.then(r => {
          obj[webpackExports] = r;
          resolveQueue(queue);
        }, e => {
          obj[webpackError] = e;
          resolveQueue(queue);
        });
        var obj = {};
        obj[webpackQueues] = fn => fn(queue);
        return obj;
      }
    }
    var ret = {};
    ret[webpackQueues] = x => {};
    ret[webpackExports] = dep;
    return ret;
  });
  __nccwpck_require__.a = ((module, body, hasAwait) => {
    var queue;
    hasAwait && ((queue = []).d = -1);
    var depQueues = new Set();
    var exports = module.exports;
    var currentDeps;
    var outerResolve;
    var reject;
    var promise = new Promise(((resolve, rej) => {
      reject = rej;
      outerResolve = resolve;
    }));
    promise[webpackExports] = exports;
    promise[webpackQueues] = fn => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
    module.exports = promise;
    body(deps => {
      currentDeps = wrapDeps(deps);
      var fn;
      var getResult = () => currentDeps.map(d => {
        if (d[webpackError]) throw d[webpackError];
        return d[webpackExports];
      });
      var promise = new Promise(resolve => {
        fn = () => resolve(getResult);
        fn.r = 0;
        var fnQueue = q => q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn)));
        currentDeps.map(dep => dep[webpackQueues](fnQueue));
      });
      return fn.r ? promise : getResult();
    }, (err => (err ? reject(promise[webpackError] = err) : outerResolve(exports), resolveQueue(queue))));
    queue && queue.d < 0 && (queue.d = 0);
  });
})();
(() => {
  var getProto = Object.getPrototypeOf ? (obj => Object.getPrototypeOf(obj)) : obj => obj.__proto__;
  var leafPrototypes;
  __nccwpck_require__.t = (function (value, mode) {
    if (mode & 1) value = this(value);
    if (mode & 8) return value;
    if (typeof value === 'object' && value) {
      if (mode & 4 && value.__esModule) return value;
      if (mode & 16 && typeof value.then === 'function') return value;
    }
    var ns = Object.create(null);
    __nccwpck_require__.r(ns);
    var def = {};
    leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
    for (var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
      Object.getOwnPropertyNames(current).forEach((key => def[key] = (() => value[key])));
    }
    def['default'] = () => value;
    __nccwpck_require__.d(ns, def);
    return ns;
  });
})();
(() => {
  __nccwpck_require__.d = ((exports, definition) => {
    for (var key in definition) {
      if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
        Object.defineProperty(exports, key, {
          enumerable: true,
          get: definition[key]
        });
      }
    }
  });
})();
(() => {
  __nccwpck_require__.o = ((obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop));
})();
(() => {
  __nccwpck_require__.r = (exports => {
    if (typeof Symbol !== 'undefined' && Symbol.toStringTag) {
      Object.defineProperty(exports, Symbol.toStringTag, {
        value: 'Module'
      });
    }
    Object.defineProperty(exports, '__esModule', {
      value: true
    });
  });
})();
var __webpack_exports__ = __nccwpck_require__(691);
__webpack_exports__ = await __webpack_exports__;
