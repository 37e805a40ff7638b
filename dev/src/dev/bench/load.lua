-- Sends the requests of a file in turn and prints what came of it as one line; see load.py.
local listed = dofile(os.getenv("BENCH_REQUESTS"))
-- wrk asks for one request before it begins, only to look at it.
local number, pass, looked = 0, 0, false
local seed = tostring(os.time()) .. "-" .. tostring({}):match("0x(%x+)")
local threads = {}
local pause = tonumber(os.getenv("BENCH_PAUSE") or "0")
if pause > 0 then
  function delay() return math.random(0, math.floor(2 * pause)) end
end

function setup(thread) table.insert(threads, thread) end

function init()
  good = 0
end

function request()
  local one = listed[number % #listed + 1]
  pass = math.floor(number / #listed)
  if looked then number = number + 1 end
  looked = true
  local headers, body = {}, nil
  for name, value in pairs(one.headers) do headers[name] = value end
  if one.method ~= "GET" then
    headers["Idempotency-Key"] = seed .. "-" .. number
    body = one.body:gsub("#V", tostring(one.version + (one.refused and 0 or pass))):gsub("#M", tostring(50 + (one.version + pass) % 50))
  end
  return wrk.format(one.method, one.path, headers, body)
end

function response(status) if status < 400 then good = good + 1 end end

function done(summary, latency)
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get("good") end
  local e = summary.errors
  print(string.format('bench-result {"done":%d,"good":%d,"seconds":%.6f,"p50":%.4f,"p95":%.4f,"p99":%.4f,"broken":%d}',
    summary.requests, sum, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout))
end
