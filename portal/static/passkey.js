// Passkeys: form[data-passkey="create" or "get"] holds the options in data-options; the browser's answer goes into
// its hidden input, and the form is sent as any other. The buttons are hidden until this script says they work.
(() => {
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), mark => mark.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const read = options => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ['allowCredentials', 'excludeCredentials'])
      options[list]?.forEach(credential => { credential.id = bytes(credential.id) });
    return options;
  };

  const write = credential => {
    const response = {};
    for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'])
      if (credential.response[part]) response[part] = text(credential.response[part]);
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
  };

  document.querySelectorAll('form[data-passkey]').forEach(form => {
    if (!window.PublicKeyCredential) return;
    document.querySelectorAll('[data-passkey-missing]').forEach(line => { line.hidden = true });
    form.hidden = false;
    form.addEventListener('submit', async event => {
      if (form.credential.value) return;
      event.preventDefault();
      const failed = form.querySelector('[data-passkey-failed]');
      failed.hidden = true;
      try {
        const answer = await navigator.credentials[form.dataset.passkey]({ publicKey: read(JSON.parse(form.dataset.options)) });
        form.credential.value = write(answer);
        form.requestSubmit();
      } catch {
        failed.hidden = false;
      }
    });
  });
  // The back button brings the form with its old answer, which is good once.
  addEventListener('pageshow', () => document.querySelectorAll('form[data-passkey]').forEach(form => { form.credential.value = '' }));
})();
