#!lua
-- One claim: does this article open a story, or does it report in the words of one that is known?
--
--   P:epoch            a mark of the index's life; without it the index is gone and must be rebuilt first
--   P:seq              the last document's number
--   P:a:ARTICLE        the answer that the article got: "" (it opened a story) or, in lines, the containment, the
--                      article it joins, that one's opener, and the openers of further stories that it proves to be
--                      the same
--   P:d:N              document N: flag, distinct shingles (4 bytes), hashes, sketch (7 bytes a hash), story (4 bytes),
--                      bytes of its facts (2 bytes), facts, article
--   P:p:GEN:BUCKET     postings of the hashes that fall into BUCKET, 8 bytes each: what BUCKET does not say of the hash
--                      (4 bytes), and the number of a document of generation GEN that holds it (4 bytes)
--
-- A document is a text that others are compared with: the one that opened a story (flag 0), or one that joined it
-- (flag 1): a much longer one, or one that differs from the opener. A document's story is a mark made of its opener's
-- name. P is the name of KEYS[1] up to "epoch": all keys of a language share one hash tag, so they lie in one slot of a
-- cluster. The script has no flag allow-oom, so a server at its memory limit refuses it untouched.
--
-- KEYS: P:epoch [P:rebuilding]
-- ARGV: article, distinct shingles, sketch, the numbers of worker.dedup.claim as JSON,
--       clock (seconds, 0 for the server's own), age in seconds (rebuild only, else 0),
--       token of the rebuild ("" for a claim), opener of the story that it joined (rebuild only: "" for an opener),
--       facts (the compact form of worker.dedup.facts), "1" if it is an update, which no contradiction stops
-- Answers: {epoch, ""} or {epoch, "containment\narticle\nopener[\nopener...]"}; {} where the index is gone or the
-- rebuild is not ours.
local P = string.sub(KEYS[1], 1, -6)
local article, shingles, sketch, numbers = ARGV[1], tonumber(ARGV[2]), ARGV[3], cjson.decode(ARGV[4])
local clock, age, token, joined = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8]
local facts, update = ARGV[9], ARGV[10] == '1'
local rebuild = token ~= ''
local window = numbers.window_seconds

local epoch = redis.call('GET', KEYS[1])
if rebuild then
  if redis.call('GET', KEYS[2]) ~= token then return {} end
elseif not epoch then
  return {}
end
if clock == 0 then clock = tonumber(redis.call('TIME')[1]) end
local generation = math.floor((clock - age) / window)
local newest = math.floor(clock / window)
-- What is written now may be looked up until the end of the next generation.
local ttl = 2 * window + 3600

local known = redis.call('GET', P .. 'a:' .. article)
if known then return {epoch or '', known} end
if generation < newest - 1 then return {epoch or '', ''} end

-- Unpacks a sketch: its hashes, ascending, and the place of each in its text (0 to 99).
local function unpacked(packed)
  local count = #packed / 7
  local both = {struct.unpack('>' .. string.rep('I6I1', count), packed)}
  local hashes, places = {}, {}
  for i = 1, count do
    hashes[i] = both[2 * i - 1]
    places[i] = both[2 * i]
  end
  return hashes, places
end

-- The story of each document that was asked for, by its number; '' if the document is gone.
local stories = {}
local function story_of(document)
  if not stories[document] then
    local row = redis.call('GET', P .. 'd:' .. document)
    local size = row and struct.unpack('>I1', row, 6)
    stories[document] = row and string.sub(row, 7 + 7 * size, 10 + 7 * size) or ''
  end
  return stories[document]
end

-- Adds to `documents` those that hold the hash with the bytes `rest`, by the `postings` of its bucket (false: none).
local function add_holders(documents, postings, rest)
  local at = postings and string.find(postings, rest, 1, true)
  while at do
    local inside = at % 8 == 1
    if inside then documents[#documents + 1] = struct.unpack('>I4', postings, at + 4) end
    at = string.find(postings, rest, at + (inside and 8 or 1), true)
  end
end

local mine = {shingles = shingles, facts = facts}
mine.hashes, mine.places = unpacked(sketch)
local k = #mine.hashes
local rests, buckets, keys, shared, hot, held = {}, {}, {}, {}, {}, {}
for i = 1, k do
  local bucket = mine.hashes[i] % numbers.buckets
  rests[i] = struct.pack('>I4', (mine.hashes[i] - bucket) / numbers.buckets)
  buckets[i] = bucket
  keys[i] = P .. 'p:' .. newest .. ':' .. bucket
  keys[k + i] = P .. 'p:' .. (newest - 1) .. ':' .. bucket
end
local postings = redis.call('MGET', unpack(keys))
for i = 1, k do
  local holders, count = {}, 0
  add_holders(holders, postings[i], rests[i])
  local now = #holders
  add_holders(holders, postings[k + i], rests[i])
  held[i] = generation == newest and now or #holders - now
  if #holders >= numbers.cap then
    local seen = {}
    for _, document in ipairs(holders) do
      local story = story_of(document)
      if not seen[story] then seen[story], count = true, count + 1 end
    end
  end
  if count >= numbers.cap then
    -- So many stories hold it that it is a template or a footer, and tells nothing.
    hot[mine.hashes[i]] = true
  else
    for _, document in ipairs(holders) do shared[document] = (shared[document] or 0) + 1 end
  end
end

-- The hashes of `text` up to `limit` that are not hot, with their places; how many they are, and how many of them stand
-- in the lead and in the middle.
local function seen(text, limit)
  local places, count, lead, middle = {}, 0, 0, 0
  for i = 1, #text.hashes do
    local hash, place = text.hashes[i], text.places[i]
    if hash <= limit and not hot[hash] then
      places[hash], count = place, count + 1
      if place < numbers.lead then lead = lead + 1 end
      if place >= numbers.middle_from and place < numbers.middle_to then middle = middle + 1 end
    end
  end
  return {places = places, count = count, lead = lead, middle = middle}
end

-- What two texts have in common, as counts of hashes (`both`, `lead` in the leads of both, `middle` in the middle of the
-- shorter one) and shares of what the one has that has fewer (`score` of all, `alike` of the lead, `filled` of the
-- middle).
local function compared(one, other)
  local limit = math.huge
  for _, text in ipairs({one, other}) do
    local count = #text.hashes
    if count < text.shingles and text.hashes[count] < limit then limit = text.hashes[count] end
  end
  local short, long = seen(one, limit), seen(other, limit)
  if other.shingles < one.shingles then short, long = long, short end
  local both, lead, middle = 0, 0, 0
  for hash, place in pairs(short.places) do
    local there = long.places[hash]
    if there then
      both = both + 1
      if place < numbers.lead and there < numbers.lead then lead = lead + 1 end
      if place >= numbers.middle_from and place < numbers.middle_to then middle = middle + 1 end
    end
  end
  local function share(part, whole) return whole > 0 and part / whole or 0 end
  return {
    both = both,
    lead = lead,
    score = share(both, math.min(short.count, long.count)),
    alike = share(lead, math.min(short.lead, long.lead)),
    filled = share(middle, short.middle),
  }
end

-- Whether a text is of nearly the same length as the claimant.
local function as_long(theirs)
  return math.min(shingles, theirs.shingles) >= numbers.as_long * math.max(shingles, theirs.shingles)
end

-- Whether a text is a reprint of the document `theirs`, by what they have in `common`.
local function reprint(theirs, common)
  if common.both < numbers.least_shared then return false end
  if common.score >= numbers.sure_containment then
    return common.lead > 0 or theirs.flag == 0 or as_long(theirs)
  end
  if common.lead == 0 or common.filled < numbers.filled then return false end
  if common.score >= numbers.least_containment then return true end
  return common.score >= numbers.reworded_containment and common.both >= numbers.reworded_shared
    and common.alike >= numbers.alike and as_long(theirs)
end

-- The sentences of the facts of a text: of each its words, as a list and a set, and its names, figures and days.
local function sentences(text)
  local lines = {}
  for line in string.gmatch(text, '[^\n]+') do
    local sentence, part = {words = {}, kinds = {}}, 0
    for facts in string.gmatch(line .. ';', '([^;]*);') do
      if part == 0 then
        for word in string.gmatch(facts, '..') do
          table.insert(sentence.words, word)
          sentence.words[word] = true
        end
      else
        local kind, slot = {}, part == 3 and 1 or 2
        for fact in string.gmatch(facts, '[^,]+') do
          table.insert(kind, {slot = string.sub(fact, 1, slot), value = string.sub(fact, slot + 1)})
        end
        sentence.kinds[part] = kind
      end
      part = part + 1
    end
    lines[#lines + 1] = sentence
  end
  return lines
end

-- Whether two values agree, by kind: names of which one is a part of the other, but for a wrong letter in a word;
-- figures of which one is the other rounded; the same day.
local agree = {
  function(one, other)
    if #other < #one then one, other = other, one end
    local halves = {}
    for odd, even in string.gmatch(other, '(..)(..)') do halves['1' .. odd], halves['2' .. even] = true, true end
    for odd, even in string.gmatch(one, '(..)(..)') do
      if not halves['1' .. odd] and not halves['2' .. even] then return false end
    end
    return true
  end,
  function(one, other)
    local value, power = string.match(one, '(.*)~(.*)')
    local their_value, their_power = string.match(other, '(.*)~(.*)')
    local apart = math.abs(value - their_value)
    -- A little less than a unit of the last digit: 3.5 is not 3.4 rounded, whatever binary fractions say.
    return apart == 0 or apart < 0.99 * 10 ^ math.max(power, their_power)
  end,
  function(one, other) return one == other end,
}

-- Of the facts of one `kind` in two sentences: how many of the first agree with one of the second, in how many slots
-- both have facts and none that agrees, and whether the dateline is such a slot.
local function weighed(kind, one, other)
  local common, replaced, filed, matched, slots = 0, 0, 0, {}, {}
  for _, fact in ipairs(one) do
    local agrees = false
    for at, theirs in ipairs(other) do
      if agree[kind](fact.value, theirs.value) then agrees, matched[at] = true, true end
    end
    if agrees then common = common + 1 end
    slots[fact.slot] = (agrees or slots[fact.slot] == 'common') and 'common' or 'mine'
  end
  for at, theirs in ipairs(other) do
    if slots[theirs.slot] and slots[theirs.slot] ~= 'common' then
      slots[theirs.slot] = matched[at] and 'common' or 'both'
    end
  end
  for slot, which in pairs(slots) do
    if which == 'both' and slot == '@@' then filed = 1 elseif which == 'both' then replaced = replaced + 1 end
  end
  return common, replaced, filed
end

-- Whether two texts contradict each other. Each sentence is held against that of the other with most of its words. A
-- kind of fact counts against a reprint if facts were replaced, more so if most were, and for it if all agree; twice
-- as much between the first sentences. Two kinds against and none for it, in one sentence, settle it. Another place in
-- the dateline alone is no contradiction.
local function contradict(one, other)
  local balance, contradicted, theirs = 0, false, sentences(other)
  for i, sentence in ipairs(sentences(one)) do
    local nearest, most = nil, 0
    for j, their in ipairs(theirs) do
      local both = 0
      for _, word in ipairs(sentence.words) do
        if their.words[word] then both = both + 1 end
      end
      local share = 2 * both / (#sentence.words + #their.words)
      if both >= numbers.same_words and share >= numbers.same_sentence and share > most then nearest, most = j, share end
    end
    local sum = 0
    for kind = 1, nearest and 3 or 0 do
      local common, replaced, filed = weighed(kind, sentence.kinds[kind], theirs[nearest].kinds[kind])
      local against = common > 0 and -1 or 0
      if replaced > common then
        against = 2
      elseif 2 * replaced > common or (kind == 1 and replaced > 0) then
        -- Most names of a template are those of its author.
        against = 1
      end
      contradicted = contradicted or against > 0
      sum = sum + against + filed
    end
    if sum >= numbers.settled then return true end
    balance = balance + (i == 1 and nearest == 1 and 2 or 1) * sum
  end
  return contradicted and balance >= 0
end

local best, longest, found = nil, 0, {}
if not rebuild then
  for document, count in pairs(shared) do
    local row = count >= numbers.least_shared and redis.call('GET', P .. 'd:' .. document)
    if row then
      local flag, their_shingles, size = struct.unpack('>I1I4I1', row)
      local theirs = {number = document, flag = flag, shingles = their_shingles}
      theirs.hashes, theirs.places = unpacked(string.sub(row, 7, 6 + 7 * size))
      theirs.story = string.sub(row, 7 + 7 * size, 10 + 7 * size)
      local length = struct.unpack('>I2', row, 11 + 7 * size)
      theirs.facts = string.sub(row, 13 + 7 * size, 12 + 7 * size + length)
      theirs.article = string.sub(row, 13 + 7 * size + length)
      theirs.common = compared(mine, theirs)
      if reprint(theirs, theirs.common) and (update or not contradict(facts, theirs.facts)) then
        longest = math.max(longest, their_shingles)
        found[#found + 1] = theirs
        -- Between equals the older document, whatever the order in which pairs() gives them.
        local score, most = theirs.common.score, best and best.common.score or -1
        if score > most or (score == most and document < best.number) then best = theirs end
      end
    end
  end
end

-- Whether the story of the document `theirs` is that of `best`, which the claimant joins: it must be no more than a part
-- of the claimant, begin as it does or be all of it in another order, and have words in common with `best`. A cut copy and a scanned one are far from
-- each other until the original comes; but two stories that stand in one round-up remain two.
local function same(theirs)
  if theirs.story == best.story or theirs.shingles > numbers.larger * shingles then return false end
  local begins_alike = theirs.common.lead > 0 and theirs.common.alike >= numbers.alike
  if not begins_alike and not (theirs.common.score >= numbers.sure_containment and as_long(theirs)) then return false end
  local common = compared(best, theirs)
  if common.both < numbers.least_shared or common.score < numbers.akin then return false end
  return not contradict(best.facts, theirs.facts)
end

-- The article that opened the story of `theirs`, as far as it is remembered.
local function opener_of(theirs)
  local told = theirs.flag == 1 and redis.call('GET', P .. 'a:' .. theirs.article)
  return told and string.match(told, '^[^\n]*\n[^\n]*\n([^\n]*)') or theirs.article
end

local answer, flag, opener = '', 0, article
if best then
  answer, flag = string.format('%.4f\n', best.common.score) .. best.article .. '\n' .. opener_of(best), 1
  table.sort(found, function(one, other) return one.number < other.number end)
  for _, theirs in ipairs(found) do
    if same(theirs) then answer = answer .. '\n' .. opener_of(theirs) end
  end
elseif joined ~= '' then
  answer, flag, opener = '1.0000\n' .. joined .. '\n' .. joined, 1, joined
end
redis.call('SET', P .. 'a:' .. article, answer, 'EX', ttl)

-- The full story after a stub is a document: else its own reprints would be compared with the stub alone. So is a text
-- that differs from those known, as damaged copies do, or is the most of one of them, which may have been padded: what
-- comes later may be nearer to it. But none that is not a reprint of the opener itself, or a story would wander from
-- text to text.
local full = best and best.common.score >= numbers.sure_containment and shingles >= numbers.growth * longest
local of_opener, known = false, false
for _, theirs in ipairs(found) do
  of_opener = of_opener or theirs.flag == 0 and theirs.story == best.story
  known = known or theirs.common.score >= numbers.variant and (as_long(theirs) or 2 * shingles < theirs.shingles)
end
if not best or full or (of_opener and not known) then
  local document = redis.call('INCR', P .. 'seq')
  redis.call('EXPIRE', P .. 'seq', ttl)
  local story = best and best.story or struct.pack('>I4', tonumber(string.sub(redis.sha1hex(opener), 1, 8), 16))
  local row = struct.pack('>I1I4I1', flag, shingles, k) .. sketch .. story .. struct.pack('>I2', #facts) .. facts .. article
  redis.call('SET', P .. 'd:' .. document, row, 'EX', ttl)
  local number, written = struct.pack('>I4', document), {}
  for i = 1, k do
    if not hot[mine.hashes[i]] and held[i] < numbers.most_postings then
      local at = generation == newest and i or k + i
      -- Two hashes of one text may fall into one bucket.
      local bucket = (written[buckets[i]] or postings[at] or '') .. rests[i] .. number
      written[buckets[i]] = bucket
      redis.call('SET', keys[at], bucket, 'EX', ttl)
    end
  end
end
if epoch then redis.call('EXPIRE', KEYS[1], ttl) end
return {epoch or '', answer}
