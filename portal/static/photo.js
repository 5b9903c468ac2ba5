// A telephone's photo is made small before it is sent: a tenth of the bytes on a slow network. Loaded where files are
// attached; without it, and where a browser cannot, the photo goes as it is and the server makes it small.
(() => {
  const input = document.querySelector('input[type="file"][data-shrunk]');
  if (!input) return;
  const line = document.createElement('p');
  line.className = 'saved';
  line.setAttribute('role', 'status');
  input.after(line);
  const SIDE = 1600, SMALL = 400_000;  // pixels, as the server keeps; bytes

  const shrink = async file => {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise(resolve => { canvas.toBlob(resolve, 'image/webp', 0.85) });
  };
  input.addEventListener('change', async () => {
    const [file] = input.files;
    line.textContent = '';
    if (!/^image\/(jpeg|png|webp)$/.test(file?.type) || file.size < SMALL) return;
    try {
      const small = await shrink(file);
      if (input.files[0] !== file || !small || small.size >= file.size) return;
      const chosen = new DataTransfer();
      chosen.items.add(new File([small], file.name, { type: small.type }));
      input.files = chosen.files;
      line.textContent = `${input.dataset.shrunk} ${Math.ceil(small.size / 1024).toLocaleString(document.documentElement.lang)} KB`;
    } catch { /* it goes as it is */ }
  });
})();
