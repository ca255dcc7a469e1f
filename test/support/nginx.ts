/** nginx in front of a provider, one connection to it kept alive; only where nginx is installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import type { Owner } from './owner.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian puts it where only root's path leads. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];

export const nginx = folders.map((folder) => join(folder, 'nginx')).find(isExecutable);

function configuration(folder: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  // As root it would give its workers to another user, who may not write into our folder.
  const user = process.getuid?.() === 0 ? 'user root root;' : '';
  return `
daemon off;
${user}
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_max_body_size 20m;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  ${temporary.join('\n  ')}
  upstream provider { server ${upstream}; keepalive 1; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_next_upstream off;
    }
  }
}
`;
}

/** Its address. */
export async function startNginx(t: Owner, program: string, upstream: string): Promise<string> {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, port, upstream));
  const child: ChildProcess = spawn(program, ['-p', folder, '-c', file, '-e', join(folder, 'start.log')], {
    stdio: 'ignore',
  });
  t.teardown(() => void child.kill('SIGTERM'));
  const address = `http://127.0.0.1:${port}`;
  await until('nginx answers', async () => {
    const answer = await got(`${address}/livez`, { throwHttpErrors: false, retry: { limit: 0 } }).catch(
      () => undefined,
    );
    return answer?.statusCode === 200;
  });
  return address;
}
