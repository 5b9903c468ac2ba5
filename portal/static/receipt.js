// On the page that checks a receipt: the SHA-256 of a chosen file is worked out on the reader's own device and put into
// the field. Without this script, or without HTTPS, the field is there to be filled in by hand.
(() => {
  const box = document.querySelector('[data-hash-into]');
  if (!box || !window.crypto?.subtle) return;
  const input = box.querySelector('input'), line = box.querySelector('[role="status"]');
  const field = document.getElementById(box.dataset.hashInto);
  box.hidden = false;
  input.addEventListener('change', async () => {
    const [file] = input.files;
    line.textContent = '';
    if (!file) return;
    try {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      if (input.files[0] !== file) return;
      field.value = Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
      line.textContent = box.dataset.done;
    } catch {
      line.textContent = box.dataset.failed;
    }
  });
})();
