"""What a browser can be asked about the layout of a page: functions of JavaScript, each answering with faults."""

# Text must lie inside the window and inside every box that cuts; a box that scrolls lets it be reached.
LOST_TEXT = """() => {
  const lost = [];
  const forEars = element => element && (getComputedStyle(element).clipPath !== 'none' || forEars(element.parentElement));
  const seen = element => element.checkVisibility({visibilityProperty: true}) && !element.closest('.skip, option') && !forEars(element);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || !seen(node.parentElement)) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    let left = 0, right = innerWidth, scrolls = false;
    for (let around = node.parentElement; around && !scrolls; around = around.parentElement) {
      const flow = getComputedStyle(around).overflowX, edge = around.getBoundingClientRect();
      scrolls = /auto|scroll/.test(flow);
      if (/hidden|clip/.test(flow) && around !== document.body) { left = Math.max(left, edge.left); right = Math.min(right, edge.right) }
    }
    if (!scrolls && (box.left < left - 1 || box.right > right + 1)) lost.push(`${node.data.trim().slice(0, 40)} ends at ${Math.round(box.right)}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) lost.push(`the page is ${wide} wide in a window of ${innerWidth}`);
  return lost;
}"""

# 44 by 44, counting the label of a box to tick and a link that covers its card; links inside sentences may be smaller.
SMALL_TARGETS = """() => {
  const area = element => {
    if (getComputedStyle(element, '::after').position === 'absolute') return element.closest('.idea');
    return element.matches('[type=radio], [type=checkbox]') && element.closest('label') || element;
  };
  const inSentence = element => element.matches('a') && getComputedStyle(element).display === 'inline'
    && element.parentElement.textContent.trim() !== element.textContent.trim();
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden], .vh), select, textarea, summary')]
    .filter(element => element.checkVisibility({visibilityProperty: true}) && !inSentence(element))
    .map(element => [element, area(element).getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.9 || box.height < 43.9)
    .map(([element, box]) => `${element.outerHTML.slice(0, 80)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
}"""

# Everything Tab can reach, in the order of the document; of a group of radio buttons one.
TABBABLE = """() => {
  const groups = new Set();
  window.stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(element => element.checkVisibility({visibilityProperty: true}) && !element.disabled)
    .filter(element => element.type !== 'radio' || !groups.has(element.name) && groups.add(element.name));
  return stops.length;
}"""

# Where the focus is, and whether a bar that stays on the screen covers it.
FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const bars = element.matches('.skip') ? [] : [...document.querySelectorAll('.top, .tabbar, .dock, .toasts')]
    .filter(bar => bar.checkVisibility() && !bar.contains(element) && !element.contains(bar));
  const over = bars.map(bar => bar.getBoundingClientRect()).find(bar => bar.width && box.height < innerHeight - 200
    && box.top < bar.bottom - 1 && box.bottom > bar.top + 1 && box.left < bar.right && box.right > bar.left);
  const stop = element.type === 'radio' ? stops.findIndex(one => one.name === element.name) : stops.indexOf(element);
  return {stop, inMain: !!element.closest('main'), top: box.top + scrollY, bottom: box.bottom + scrollY, covered: !!over,
    outside: box.bottom <= 0 || box.top >= innerHeight, what: element.outerHTML.slice(0, 90)};
}"""
