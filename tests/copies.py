"""The whole database kept once and put back for each test that commits, in no time: Django would write its rows anew one by
one, and the frame of the site takes seconds to make. SQLite copies its file, PostgreSQL its rows from a schema beside."""

import sqlite3

from django.core.management.color import no_style
from django.db import transaction

# Rows come and go without regard to whom they point at; that is right again when the last has.
_UNCHECKED = "SET LOCAL session_replication_role = replica"


class DatabaseCopy:
    def __init__(self, connection, name: str):
        connection.ensure_connection()
        self.name = name
        if connection.vendor == "sqlite":
            self.file = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self.file)
            return
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
            cursor.execute(f'CREATE SCHEMA "{name}"')
            self.tables = [table for table in connection.introspection.table_names(cursor) if _holds(cursor, table)]
            for table in self.tables:
                cursor.execute(f'CREATE UNLOGGED TABLE "{name}"."{table}" AS TABLE public."{table}"')

    def put_back(self, connection) -> None:
        """Tables that held nothing when the copy was made are expected to be empty now."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self.file.backup(connection.connection)
            return
        models = [
            model
            for model in connection.introspection.installed_models(self.tables)
            if model._meta.managed and not model._meta.proxy
        ]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(_UNCHECKED)
            for table in self.tables:
                cursor.execute(f'DELETE FROM public."{table}"')
                cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM "{self.name}"."{table}"')
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


def sql_flush(operations, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
    """Django's for PostgreSQL, but rows are deleted where there are any: TRUNCATE makes files anew for 250 tables."""
    with operations.connection.cursor() as cursor:
        held = [table for table in tables if _holds(cursor, table)]
    return [
        _UNCHECKED,
        *(f'DELETE FROM public."{table}"' for table in held),
        "SET LOCAL session_replication_role = DEFAULT",
    ]


def _holds(cursor, table: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT FROM public."{table}")')
    return cursor.fetchone()[0]
