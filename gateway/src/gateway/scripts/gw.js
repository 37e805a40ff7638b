// What nginx cannot say in its own language: revocations, attempts at signing in, and the gateway's own answers.
import fs from 'fs';

const CHOICES = /^(?:theme=(?:dark|light)|vi=(?:bw|wb|blue)|size=(?:150|200)|spacing=1|images=off)$/;
const LANGUAGES = ['kk', 'ru', 'en'];
const STALE = 3 * 60000;
const LONGEST = 1900;   // with its node it fits 2 KB, by which the zone is measured
const STATES = {
    up: { kk: 'жұмыс істеп тұр', ru: 'работает', en: 'working' },
    down: { kk: 'жауап бермей тұр', ru: 'не отвечает', en: 'not answering' },
};
const NAMES = {
    auth: { kk: 'Кіру және құқықтар', ru: 'Вход и права', en: 'Sign-in and access' },
    portal: { kk: 'Портал', ru: 'Портал', en: 'Portal' },
    ejournal: { kk: 'Электрондық журнал', ru: 'Электронный журнал', en: 'Electronic journal' },
    library: { kk: 'Электрондық кітапхана', ru: 'Электронная библиотека', en: 'Electronic library' },
    website: { kk: 'Сайт', ru: 'Сайт', en: 'Website' },
};

// --- tokens -----------------------------------------------------------------------------------------------------------

function sessionStands(r) {
    const v = r.variables, revoked = ngx.shared.revoked;
    if (!v.jwt_claim_sid || !v.jwt_claim_sub || revoked.has('sid:' + v.jwt_claim_sid)) {
        return '0';
    }
    const before = [revoked.get('sub:' + v.jwt_claim_sub), revoked.get('all:people')];
    return before.some((at) => at !== undefined && !(Number(v.jwt_claim_iat) > at)) ? '0' : '1';
}

// The answer to a verified token goes out: keep the token if it outlasts what is kept. `standing` was put down before the revocations
// were asked, so one that came in between has begun a new generation and this is never found.
function remember(r) {
    const v = r.variables;
    if (v.session_stands === '1' && Number(v.jwt_claim_exp) >= 100 * (Number(v.hundred_seconds) + 1) && v.standing.length < LONGEST) {
        v.verdict = v.standing;
    }
}

// --- control ----------------------------------------------------------------------------------------------------------

function control(act) {
    return function (r) {
        const page = r.headersIn['Origin'] || r.headersIn['Sec-Fetch-Site'];   // a page in someone's browser, not a service
        if (r.method !== 'POST' || page) {
            r.return(page ? 403 : 405);
            return;
        }
        try {
            act(r.requestText ? JSON.parse(r.requestText) : {}, r);
            r.return(204);
        } catch (error) {
            r.return(400, String(error));
        }
    };
}

const revoke = control(function (order, r) {
    if (!/^(?:(?:sid|sub):[\x21-\x7e]{1,200}|all:people)$/.test(order.key) || !Number.isFinite(order.at)) {
        throw new Error('key must be sid:…, sub:… or all:people, at must be epoch seconds');
    }
    const known = ngx.shared.revoked.get(order.key);
    ngx.shared.revoked.set(order.key, known === undefined ? order.at : Math.max(known, order.at));
    r.variables.generation = r.variables.request_id;   // after the entry: who reads the new generation finds it
});

const purge = control(function () {
    ngx.shared.purges.set('at', Date.now());
});

function justPurged(r) {
    const at = ngx.shared.purges.get('at');
    return at !== undefined && Date.now() - at < (Number(r.variables.fresh_seconds) + 1) * 1000 ? '1' : '0';
}

// --- signing in -------------------------------------------------------------------------------------------------------

// Spend one of `perMinute` attempts, which come back evenly over the minute; answer the seconds to wait, 0 when allowed.
function wait(key, perMinute) {
    const now = Date.now(), step = 60000 / perMinute, attempts = ngx.shared.attempts;
    const next = Math.max(now, attempts.get(key) || 0) + step;
    if (next - now > 60000) {
        return Math.ceil((next - now - 60000) / 1000);
    }
    attempts.set(key, next);
    return 0;
}

function field(body, name) {
    const pair = body.split('&').find((part) => part.startsWith(name + '='));
    return pair ? pair.slice(name.length + 1).toLowerCase() : '';
}

// Take one of the places at auth, if one is free. Two workers may take the last one together: the later gives it back.
function takesPlace(r) {
    const signing = ngx.shared.signing, places = Number(r.variables.sign_ins_at_once);
    if (signing.size() >= places) {
        return false;
    }
    signing.set(r.variables.request_id, '1');
    if (signing.size() > places) {
        signing.delete(r.variables.request_id);
        return false;
    }
    return true;
}

// Auth has begun to answer: the place is free.
function signedIn(r) {
    ngx.shared.signing.delete(r.variables.request_id);
}

async function signIn(r) {
    const v = r.variables;
    const account = field(r.requestText || '', v.sign_in_account);
    const seconds = Math.max(
        wait('address:' + v.remote_addr, Number(v.address_per_minute)),
        wait(`account:${v.remote_addr}:${account.slice(0, 100)}`, Number(v.sign_in_per_minute)),
    );
    if (seconds) {
        r.headersOut['Retry-After'] = String(seconds);
        answer(r, '429');
        return;
    }
    const patience = Date.now() + 1000 * Number(v.sign_in_wait);
    while (!takesPlace(r)) {
        if (Date.now() > patience) {
            r.headersOut['Retry-After'] = '5';
            answer(r, 'crowded');
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 40 + Math.floor(Math.random() * 40)));
    }
    r.internalRedirect('@sign_in_passes');
}

// --- the gateway's own answers ------------------------------------------------------------------------------------------

function language(r) {
    const chosen = r.args.lang || /(?:^|&)lang=(kk|ru|en)(?:&|$)/.exec(r.variables.prefs || '');
    const inPath = /^\/(kk|ru|en)(?:\/|$)/.exec(r.uri);
    const said = /^\s*(kk|ru|en)\b/i.exec(r.headersIn['Accept-Language'] || '');
    const found = typeof chosen === 'string' ? chosen : (inPath || chosen || said || [])[1];
    return LANGUAGES.includes(found) ? found : 'kk';
}

function wantsJson(r) {
    const accept = r.headersIn['Accept'] || '';
    return /^\/[a-z]+\/(?:api|feeds)\//.test(r.uri) || /\bjson\b/.test(accept) && !/\btext\/html\b/.test(accept);
}

// A page is written once for everybody; what somebody chose for reading is put on as it goes out.
function dressed(r, html) {
    const chosen = (r.variables.prefs || '').split('&').filter((one) => CHOICES.test(one));
    const worn = chosen.map((one) => `data-${one.replace('=', '="')}" `);
    return html.replace('<html ', `<html ${worn.join('')}`);
}

function answer(r, name, status) {
    const entry = words[name] || words['500'];
    const code = status || entry.status;
    r.headersOut['Cache-Control'] = 'no-store';
    if (wantsJson(r)) {
        const tongue = language(r);
        r.headersOut['Content-Type'] = 'application/problem+json';
        r.headersOut['Content-Language'] = tongue;
        r.return(code, JSON.stringify({
            type: 'urn:shanyraq:' + entry.code, title: entry.title[tongue], status: code, detail: entry.detail[tongue],
            code: entry.code, request_id: r.variables.request_id,
        }));
        return;
    }
    r.headersOut['Content-Type'] = 'text/html';
    r.return(code, dressed(r, fs.readFileSync(`${r.variables.pages_folder}${words[name] ? name : '500'}.html`, 'utf8')));
}

function refuse(r) {
    signedIn(r);   // auth did not answer, but its place is free
    const status = Number(r.variables.status) || 500;
    if (status === 403 && r.variables.forged === '1') {
        answer(r, 'forged');
    } else {
        answer(r, { 405: '400', 414: '400', 431: '400', 494: '400' }[status] || String(status), status === 494 ? 431 : status);
    }
}

function unsaved(r) {
    r.headersOut['Retry-After'] = '30';
    answer(r, 'unsaved');
}

function signInAway(r) {
    r.headersOut['Retry-After'] = '30';
    answer(r, 'sign-in-away');
}

function seeOther(r, path) {
    const next = r.uri === path ? '' : '?next=' + encodeURIComponent(r.variables.request_uri);
    r.headersOut['Cache-Control'] = 'no-store';
    r.return(303, path + next);
}

// The session is over: forget its cookies. Who was reading goes on to sign in; who was writing is told, and loses nothing unsaid.
function ended(r) {
    if (r.variables.service === r.variables.session_service) {
        r.internalRedirect('@auth_alone');
        return;
    }
    const prefix = r.variables.cookie_prefix;
    const attributes = `; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${prefix ? '; Secure' : ''}`;
    r.headersOut['Set-Cookie'] = ['at', 'sid'].map((name) => `${prefix}${name}=${attributes}`);
    if (r.variables.unsafe === '1' || wantsJson(r)) {
        answer(r, 'ended');
        return;
    }
    seeOther(r, r.variables.login_path);
}

// The session stands, but something comes before anything else: a password of one's own, a second factor. The sign-in page leads there.
function mustChange(r) {
    if (r.variables.service === r.variables.session_service) {
        r.internalRedirect('@auth_alone');
    } else if (r.variables.unsafe === '1' || wantsJson(r)) {
        answer(r, 'must-change');
    } else {
        seeOther(r, r.variables.login_path);
    }
}

// --- the state of the house ---------------------------------------------------------------------------------------------

// The academy's own time: Almaty, five hours ahead of UTC all year.
function clock() {
    const at = new Date(Date.now() + 5 * 3600000).toISOString();
    return `${at.slice(8, 10)}.${at.slice(5, 7)}.${at.slice(0, 4)} ${at.slice(11, 16)}`;
}

// The page the prober wrote, unless the prober is gone: it writes one every minute.
function published(r, tongue) {
    const file = `${r.variables.status_folder}status.${tongue}.html`;
    try {
        return Date.now() - fs.statSync(file).mtimeMs < STALE ? fs.readFileSync(file, 'utf8') : null;
    } catch (error) {
        return null;
    }
}

async function status(r) {
    const written = wantsJson(r) ? null : published(r, language(r));
    if (written !== null) {
        r.headersOut['Cache-Control'] = 'no-store';
        r.headersOut['Content-Type'] = 'text/html';
        r.return(200, dressed(r, written));
        return;
    }
    const names = r.variables.service_prefixes.trim().split(' ').map((pair) => pair.split('=')[0]);
    const replies = await Promise.all(names.map((name) => r.subrequest('/_health/' + name, { method: 'GET' })));
    const states = names.map((name, at) => ({ name: name, state: replies[at].status === 200 ? 'up' : 'down' }));
    r.headersOut['Cache-Control'] = 'no-store';
    if (wantsJson(r)) {
        r.headersOut['Content-Type'] = 'application/json';
        r.return(200, JSON.stringify({ time: new Date().toISOString(), services: states }));
        return;
    }
    const tongue = language(r);
    const rows = states.map((s) => `<tr><td>${NAMES[s.name][tongue]}</td><td><span class="tag ${s.state === 'up' ? 'ok' : 'err'}">`
        + `${STATES[s.state][tongue]}</span></td></tr>`).join('\n');
    const frame = fs.readFileSync(`${r.variables.pages_folder}status.${tongue}.html`, 'utf8');
    r.headersOut['Content-Type'] = 'text/html';
    r.return(200, dressed(r, frame).replace('<!--rows-->', rows).replace('<!--time-->', clock()));
}

export default { sessionStands, remember, justPurged, revoke, purge, signIn, signedIn, refuse, unsaved, signInAway, ended, mustChange, status };
