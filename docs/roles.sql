-- Makes the database and the two roles of the console on a PostgreSQL server of your own (15 or newer). Run once, as an
-- administrator of that server; running it again changes nothing but the passwords:
--
--   CONSOLE_OWNER_PASSWORD=... CONSOLE_APP_PASSWORD=... psql -h HOST -U postgres -f docs/roles.sql postgres
--
-- Then: ConnectionStrings__Console      = Host=HOST;Database=console;Username=console_app;Password=...
--       ConnectionStrings__ConsoleOwner = Host=HOST;Database=console;Username=console_owner;Password=...
--
-- The app role owns nothing and cannot bypass row-level security; the console checks this at every start.
\set ON_ERROR_STOP on
\getenv owner_password CONSOLE_OWNER_PASSWORD
\getenv app_password CONSOLE_APP_PASSWORD

select 'create role console_owner' where not exists (select 1 from pg_roles where rolname = 'console_owner') \gexec
select 'create role console_app' where not exists (select 1 from pg_roles where rolname = 'console_app') \gexec
alter role console_owner login nocreatedb nocreaterole password :'owner_password';
alter role console_app login nocreatedb nocreaterole password :'app_password';
alter role console_app set idle_in_transaction_session_timeout = '30s';

-- Managed servers hand out an administrator who is no superuser and may only give away what it belongs to.
select format('grant console_owner, console_app to %I', current_user)
 where not (select rolsuper from pg_roles where rolname = current_user) \gexec

select 'create database console owner console_owner encoding ''UTF8'' template template0'
 where not exists (select 1 from pg_database where datname = 'console') \gexec

\connect console
revoke all on database console from public;
grant connect, temporary on database console to console_app;

-- Quartz makes its own tables as the app role: the one schema that role owns. The owner reads them, to dump the whole database.
create schema if not exists quartz authorization console_app;
grant usage on schema quartz to console_owner;
grant select on all tables in schema quartz to console_owner;
alter default privileges for role console_app in schema quartz grant select on tables to console_owner;
