/** Run by mongosh as an administrator: makes the least role that Latchkey can work with on one database, and a user that has it. */
/* global db, passwordPrompt, print */
const databaseName = process.env.LATCHKEY_DATABASE || 'latchkey';
const userName = process.env.LATCHKEY_USER || 'latchkey';
const roleName = 'latchkey_provider';

// Reading, writing, and what migrations do. Nothing that drops, renames or exports, nothing about users, no other database.
const actions = ['find', 'insert', 'update', 'remove', 'createCollection', 'createIndex', 'listIndexes'];

const database = db.getSiblingDB(databaseName);
// An empty collection name stands for every collection of that database, those of later versions included.
const rights = { privileges: [{ resource: { db: databaseName, collection: '' }, actions }], roles: [] };

if (database.getRole(roleName) === null) database.createRole({ role: roleName, ...rights });
else database.updateRole(roleName, rights);

if (database.getUser(userName) === null) {
  database.createUser({ user: userName, pwd: passwordPrompt(), roles: [roleName] });
} else {
  database.grantRolesToUser(userName, [roleName]);
}

print(`${userName} may work on ${databaseName} as ${roleName}: ${actions.join(', ')}`);
