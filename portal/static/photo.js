// A telephone's photo is made small before it is sent: a tenth of the bytes on a slow network. And what would be refused
// is said before it has gone over that network: a film, a file too large, a picture nobody has told in words. Loaded
// where files are attached; without it, and where a browser cannot, the photo goes as it is and the server does all this.
(() => {
  const input = document.querySelector('input[type="file"][data-shrunk]');
  if (!input) return;
  const line = document.createElement('p');
  line.className = 'saved';
  line.setAttribute('role', 'status');
  input.after(line);
  const SIDE = 1600, SMALL = 400_000;  // pixels, as the server keeps; bytes
  const language = document.documentElement.lang, { form } = input, { alt } = form.elements;

  const shrink = async file => {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const packed = kind => new Promise(resolve => { canvas.toBlob(resolve, kind, 0.85) });
    const small = await packed('image/webp');
    if (small?.type === 'image/webp') return small;
    pen.globalCompositeOperation = 'destination-over';  // Safari answers with a large PNG; JPEG has no glass, but paper
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    return packed('image/jpeg');
  };
  let shrinking = null;
  input.addEventListener('change', () => { shrinking = change().finally(() => { shrinking = null }) });
  const change = async () => {
    const [file] = input.files;
    line.textContent = '';
    if (!/^image\/(jpeg|png|webp)$/.test(file?.type) || file.size < SMALL) return;
    try {
      const small = await shrink(file);
      if (input.files[0] !== file || !small || small.size >= file.size) return;
      const chosen = new DataTransfer();
      chosen.items.add(new File([small], file.name, { type: small.type }));
      input.files = chosen.files;
      line.textContent = `${input.dataset.shrunk} ${Math.ceil(small.size / 1024).toLocaleString(language)} KB`;
    } catch { /* it goes as it is */ }
  };

  const check = () => {
    const [file] = input.files, { large, told, largest, kind } = input.dataset;
    const size = Math.ceil((file?.size ?? 0) / 1024 / 1024).toLocaleString(language);
    const strange = /^(video|audio|text)\/|hei[cf]/.test(file?.type);
    input.setCustomValidity(strange ? kind.replace('{name}', () => file.name) : file?.size > largest ? large.replace('{name}', () => file.name).replace('{size}', size) : '');
    alt.required = /^image\//.test(file?.type);  // a document tells itself
    const untold = alt.required && alt.value.trim().length < alt.minLength;
    alt.setCustomValidity(untold ? told : '');
    return input.reportValidity() && alt.reportValidity();
  };
  form.addEventListener('submit', event => {
    const { submitter } = event;
    if (shrinking) shrinking.then(() => form.requestSubmit(submitter));
    if (shrinking || !check()) event.preventDefault();
  });
  [input, alt].forEach(field => field.addEventListener('input', () => field.setCustomValidity('')));
})();
