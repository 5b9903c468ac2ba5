// What a campaign asks is in sight while it is chosen; what was typed for another stays out of the way. Loaded where a
// form has such questions, after nay.js has brought back what was typed; without it each campaign's open by themselves.
(() => {
  const chosen = document.getElementById('campaign'), asked = document.querySelectorAll('[data-campaign]');
  if (!chosen) return;
  const show = () => asked.forEach(box => {
    const other = box.dataset.campaign !== chosen.value;
    if (!other && box.hidden) box.open = true;
    box.hidden = other;
    delete box.dataset.other;
  });
  show();
  chosen.form.addEventListener('input', show);
  chosen.form.addEventListener('reset', () => setTimeout(show));
})();
