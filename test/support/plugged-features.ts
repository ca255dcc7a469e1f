/** The device flow, plugged into the real provider with the plainest pages there can be. */
import type { Configuration } from 'oidc-provider';

export const pluggedFeatures: Configuration = {
  features: {
    deviceFlow: {
      enabled: true,
      // Longer than people would like it: a search through a dump must be able to tell it from chance.
      mask: '****-****-****',
      userCodeInputSource: (ctx, form, out) => {
        const told = out?.error_description ?? out?.error ?? '';
        ctx.body = `<p id="told">${told}</p>${withButton(form, 'code-submit')}`;
      },
      userCodeConfirmSource: (ctx, form) => {
        ctx.body = withButton(form, 'confirm-submit');
      },
      successSource: (ctx) => {
        ctx.body = '<p id="device-approved">Look at your device</p>';
      },
    },
  },
};

/** oidc-provider leaves the button to the page. */
function withButton(form: string, id: string): string {
  return form.replace('</form>', `<button id="${id}">Go on</button></form>`);
}
