'use strict';
// The page works without this: it adds sorting, filters, the theme and the cases that are packed.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const every = (selector, from = document) => [...from.querySelectorAll(selector)];
  const root = document.documentElement;

  // Theme: follows the system until the button is pressed.
  const theme = one('#theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
  const paint = () => theme.setAttribute('aria-pressed', String(dark()));
  theme.hidden = one('#print').hidden = false;
  theme.addEventListener('click', () => { root.dataset.theme = dark() ? 'light' : 'dark'; paint(); });
  system.addEventListener('change', paint);
  one('#print').addEventListener('click', () => print());
  paint();

  // A heading becomes a button; `sort(column, descending)` does the work.
  const collator = new Intl.Collator(root.lang, {numeric: true});
  const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(a, b);
  function sortable(table, sort) {
    every('thead th', table).forEach((head, column, heads) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const descending = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach(h => h.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        sort(column, descending);
      });
    });
  }
  const value = cell => {
    const said = cell.dataset.sort ?? cell.textContent.trim();
    return said !== '' && !Number.isNaN(Number(said)) ? Number(said) : said;
  };
  every('table.sortable').forEach(table => sortable(table, (column, descending) => {
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => compare(value(a.cells[column]), value(b.cells[column])) * (descending ? -1 : 1));
    table.tBodies[0].append(...rows);
  }));

  if (!one('#data')) return;
  const data = JSON.parse(one('#data').textContent);

  // The list of findings: all of them are in `data`, a part of them in the table.
  const body = one('#list tbody'), form = one('.filters'), more = one('#more-rows');
  const STEP = 200;
  let found = data.rows, room = STEP;
  const texts = data.rows.map(r => [data.rules[r.rule], r.key, r.message, r.team, r.verdict, r.id].join(' ').toLowerCase());
  const keys = [r => -r.severity, r => r.verdict, r => data.rules[r.rule], r => r.key, r => r.at, r => r.late, r => r.team, r => r.message];
  function cell(row, content) {
    row.insertCell().append(content);
  }
  function line(r) {
    const row = document.createElement('tr');
    const badge = document.createElement('span'), link = document.createElement('a');
    badge.className = `badge ${data.severities[r.severity][0]}`;
    badge.textContent = data.severities[r.severity][1];
    link.href = `#f-${r.id}`;
    link.textContent = data.rules[r.rule];
    [badge, r.verdict, link, r.key, r.when, r.how, r.team, r.message].forEach(part => cell(row, part));
    return row;
  }
  function show() {
    const shown = Math.min(room, found.length);
    body.replaceChildren(...found.slice(0, shown).map(line));
    more.hidden = shown === found.length;
    one('#shown').textContent = data.shown.replace('{shown}', shown).replace('{all}', found.length);
  }
  let order = null;
  function choose() {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    found = data.rows.filter((r, i) =>
      (!wanted.severity || String(r.severity) === wanted.severity) && (!wanted.verdict || r.verdict === wanted.verdict) &&
      (!wanted.rule || String(r.rule) === wanted.rule) && (!wanted.team || r.team === wanted.team) && words.every(w => texts[i].includes(w)));
    if (order) found.sort((a, b) => compare(order.key(a), order.key(b)) * order.sign);
    room = STEP;
    show();
  }
  sortable(one('#list'), (column, descending) => { order = {key: keys[column], sign: descending ? -1 : 1}; choose(); });
  form.hidden = false;
  form.addEventListener('input', choose);
  form.addEventListener('reset', () => setTimeout(choose));
  form.addEventListener('submit', event => event.preventDefault());
  more.addEventListener('click', () => { room += 5 * STEP; show(); });
  more.hidden = data.rows.length <= body.rows.length;
  one('#shown').textContent = data.shown.replace('{shown}', body.rows.length).replace('{all}', data.rows.length);

  // Cases that are not in the page yet are packed, fifty together; a piece is unpacked when somebody comes near it.
  const packed = every('script.piece').map(s => s.textContent);
  const places = new Map(data.rows.map(r => [r.id, r.case]));
  async function unpack(number) {
    const place = one(`#p-${number}`);
    if (!place || place.dataset.busy) return place && place.done;
    place.dataset.busy = '1';
    const bytes = Uint8Array.from(atob(packed[number]), c => c.charCodeAt(0));
    place.done = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text().then(html => {
      const holder = document.createElement('template');
      holder.innerHTML = html;
      place.replaceWith(holder.content);
    });
    return place.done;
  }
  const watcher = new IntersectionObserver(seen => seen.forEach(s => { if (s.isIntersecting) unpack(Number(s.target.dataset.piece)); }), {rootMargin: '300px'});
  every('.pending').forEach(place => {
    const button = one('button', place);
    button.hidden = false;
    button.addEventListener('click', () => unpack(Number(place.dataset.piece)));
    watcher.observe(place);
  });
  // What comes into view above the target takes its true height only then: hold the target still for half a second.
  function stay(target) {
    let frames = 30;
    const stop = () => { frames = 0; };
    ['wheel', 'touchstart', 'pointerdown', 'keydown'].forEach(name => addEventListener(name, stop, {once: true, passive: true}));
    const step = () => {
      if (frames-- > 0) { target.scrollIntoView(); requestAnimationFrame(step); }
    };
    step();
  }
  async function go() {
    const name = decodeURIComponent(location.hash.slice(1));
    const number = name.startsWith('f-') ? places.get(name.slice(2)) : name.startsWith('c-') ? Number(name.slice(2)) : 0;
    if (!number) return;
    if (!document.getElementById(name) && number > data.first) await unpack(Math.floor((number - data.first - 1) / data.size));
    const target = document.getElementById(name);
    every('.finding.here').forEach(e => e.classList.remove('here'));
    if (target) {
      target.classList.add('here');
      target.focus({preventScroll: true});
      stay(target);
    }
  }
  addEventListener('hashchange', go);
  go();
})();
