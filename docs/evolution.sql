-- A database and a role for the Evolution API beside the console's (compose.yaml): it sees nothing of the console's.
\set ON_ERROR_STOP on
\getenv evolution_password EVOLUTION_PASSWORD
create role evolution login nocreatedb nocreaterole password :'evolution_password';
create database evolution owner evolution;
revoke all on database evolution from public;
