export const DEVELOPER_PATH = '/developer';

export const NEW_CLIENT_PATH = `${DEVELOPER_PATH}/new`;

export const clientPath = (clientId: string): string => `${DEVELOPER_PATH}/clients/${encodeURIComponent(clientId)}`;
