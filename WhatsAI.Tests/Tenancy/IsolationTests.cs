using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Each wall between tenants, tried from the other side with the walls before it out of the way.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private CreatedTenant _a = null!;
    private CreatedTenant _b = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        (_a, _b) = (await _services.NewTenantAsync(), await _services.NewTenantAsync());
        await AddContactAsync(_a);
        await AddContactAsync(_b);
    }

    [Fact]
    public async Task Query_of_one_tenant_returns_none_of_anothers_rows()
    {
        await using var scope = _services.Enter(_a);
        await using var db = await DbAsync(scope);

        (await db.Contacts.Select(c => c.TenantId).Distinct().ToListAsync(Ct)).ShouldBe([_a.Id]);
    }

    [Fact]
    public async Task Filter_ignored_still_meets_row_level_security()
    {
        await using var scope = _services.Enter(_a);
        await using var db = await DbAsync(scope);

        (await db.Contacts.IgnoreQueryFilters([ConsoleDb.TenantFilter]).Select(c => c.TenantId).Distinct().ToListAsync(Ct)).ShouldBe([
            _a.Id,
        ]);
    }

    [Fact]
    public async Task Saving_another_tenants_row_throws()
    {
        await using var scope = _services.Enter(_a);
        await using var db = await DbAsync(scope);
        db.Contacts.Add(NewContact(_b.Id));

        await Should.ThrowAsync<InvalidOperationException>(() => db.SaveChangesAsync(Ct));
    }

    [Fact]
    public async Task Query_without_a_tenant_throws()
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        await using var db = await DbAsync(scope);

        await Should.ThrowAsync<InvalidOperationException>(() => db.Contacts.ToListAsync(Ct));
    }

    [Fact]
    public void Filters_are_ignored_nowhere_but_in_one_class() =>
        new[] { "WhatsAI.Core", "WhatsAI.Infrastructure", "WhatsAI.Web" }
            .SelectMany(p => Repository.Files(p, "*.cs", "*.razor"))
            .Where(f => File.ReadAllText(f).Contains("IgnoreQueryFilters", StringComparison.Ordinal))
            .Select(f => Path.GetFileName(f))
            .Except(["TenantScopes.cs"])
            .ShouldBeEmpty();

    [Fact]
    public async Task Row_of_one_tenant_cannot_point_at_anothers()
    {
        await using var owner = await OpenAsync(await TestDatabase.OwnerAsync());
        var now = DateTimeOffset.UtcNow;
        await using var server = owner.Sql(
            "INSERT INTO gateway_servers (id, tenant_id, name, kind, created_at) VALUES ($1, $2, 'b', 'Evolution', $3)",
            Guid.NewGuid(),
            _b.Id.Value,
            now
        );
        await server.ExecuteNonQueryAsync(Ct);
        await using var instance = owner.Sql(
            """
            INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at)
            SELECT $1, tenant_id, id, 'b', '', '{}', $3 FROM gateway_servers WHERE tenant_id = $2 RETURNING id
            """,
            Guid.NewGuid(),
            _b.Id.Value,
            now
        );
        var instanceOfB = (Guid)(await instance.ExecuteScalarAsync(Ct))!;
        await using var conversation = owner.Sql(
            "INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at) SELECT $1, $2, $3, 'Person', id, $4 FROM contacts WHERE tenant_id = $2",
            Guid.NewGuid(),
            _a.Id.Value,
            instanceOfB,
            now
        );

        // As the owner, whom no policy binds.
        (await Should.ThrowAsync<PostgresException>(() => conversation.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(
            PostgresErrorCodes.ForeignKeyViolation
        );
    }

    [Fact]
    public async Task Without_a_tenant_every_table_behind_the_wall_is_empty()
    {
        await using var app = await OpenAsync(await TestDatabase.AppAsync());

        foreach (var table in await TablesAsync(app, "c.relrowsecurity"))
        {
            (await CountAsync(app, table)).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task With_one_tenant_nothing_of_another_can_be_read_or_changed()
    {
        await using var app = await OpenAsync(await TestDatabase.AppAsync());
        await EnterAsync(app, _a);

        foreach (var table in await TablesAsync(app, "c.relrowsecurity"))
        {
            await using var foreign = app.Sql($"SELECT count(*) FROM {table} WHERE tenant_id <> $1", _a.Id.Value);
            (await foreign.ExecuteScalarAsync(Ct)).ShouldBe(0L, table);
            if (TenantWall.AppendOnly.Contains(table))
            {
                continue;
            }

            await using var delete = app.Sql($"DELETE FROM {table} WHERE tenant_id = $1", _b.Id.Value);
            (await delete.ExecuteNonQueryAsync(Ct)).ShouldBe(0, table);
        }

        (await CountAsync(app, "contacts")).ShouldBe(1);
        await using var update = app.Sql("UPDATE contacts SET name = 'x' WHERE tenant_id = $1", _b.Id.Value);
        (await update.ExecuteNonQueryAsync(Ct)).ShouldBe(0);
        await using var move = app.Sql("UPDATE contacts SET tenant_id = $1", _b.Id.Value);
        (await Should.ThrowAsync<PostgresException>(() => move.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(
            PostgresErrorCodes.InsufficientPrivilege
        );
        await using var insert = app.Sql(
            "INSERT INTO contacts (id, tenant_id, created_at) VALUES ($1, $2, now())",
            Guid.NewGuid(),
            _b.Id.Value
        );
        (await Should.ThrowAsync<PostgresException>(() => insert.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(
            PostgresErrorCodes.InsufficientPrivilege
        );
    }

    [Theory]
    [InlineData("UPDATE member_log SET actor_name = 'x'")]
    [InlineData("DELETE FROM member_log")]
    [InlineData("TRUNCATE member_log")]
    public async Task Log_of_members_can_be_written_and_not_rewritten(string sql)
    {
        await using var app = await OpenAsync(await TestDatabase.AppAsync());
        await EnterAsync(app, _a);
        await using var insert = app.Sql(
            "INSERT INTO member_log (tenant_id, at, actor_id, actor_name, subject_name, what, details) VALUES ($1, now(), $2, 'Ana', 'Bia', 'disabled', '{}')",
            _a.Id.Value,
            _a.OwnerId.Value
        );
        (await insert.ExecuteNonQueryAsync(Ct)).ShouldBe(1);

        await using var rewrite = app.Sql(sql);
        (await Should.ThrowAsync<PostgresException>(() => rewrite.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(
            PostgresErrorCodes.InsufficientPrivilege
        );
    }

    [Fact]
    public async Task Journal_takes_a_row_without_a_tenant_and_shows_it_only_to_its_own()
    {
        await using var app = await OpenAsync(await TestDatabase.AppAsync());
        await using var insert = app.Sql(
            "INSERT INTO journal (tenant_id, instance_id, received_at, body) VALUES ($1, $2, now(), '\\x7b7d')",
            _b.Id.Value,
            Guid.NewGuid()
        );
        await insert.ExecuteNonQueryAsync(Ct);

        (await CountAsync(app, "journal")).ShouldBe(0);
        await EnterAsync(app, _a);
        (await CountAsync(app, "journal")).ShouldBe(0);
        await EnterAsync(app, _b);
        (await CountAsync(app, "journal")).ShouldBe(1);
    }

    [Fact]
    public async Task Connection_given_back_to_the_pool_forgets_its_tenant()
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await TestDatabase.AppAsync()) { MaxPoolSize = 1 }.ConnectionString
        );
        await using (var first = await source.OpenConnectionAsync(Ct))
        {
            await EnterAsync(first, _a);
            (await CountAsync(first, "contacts")).ShouldBe(1);
        }

        await using var second = await source.OpenConnectionAsync(Ct);
        (await CountAsync(second, "contacts")).ShouldBe(0);
    }

    [Fact]
    public async Task Table_is_behind_the_wall_or_named_outside_it()
    {
        await using var app = await OpenAsync(await TestDatabase.AppAsync());
        var outside = await TablesAsync(app, "NOT c.relrowsecurity");

        outside.Except(TenantWall.Outside.Keys).ShouldBeEmpty("outside without a reason");
        TenantWall.Outside.Keys.Except(outside).ShouldBeEmpty("named outside, but inside or gone");
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task<ConsoleDb> DbAsync(AsyncServiceScope scope) =>
        await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        return connection;
    }

    private static async Task EnterAsync(NpgsqlConnection connection, CreatedTenant tenant)
    {
        await using var enter = connection.Sql("SELECT set_config('app.tenant', $1, false)", tenant.Id.ToString());
        await enter.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table)
    {
        await using var count = connection.Sql($"SELECT count(*) FROM {table}");
        return (long)(await count.ExecuteScalarAsync(Ct))!;
    }

    private static async Task<List<string>> TablesAsync(NpgsqlConnection connection, string condition)
    {
        await using var command = connection.Sql(
            $"SELECT c.relname::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND {condition}"
        );
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var tables = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            tables.Add(reader.GetString(0));
        }

        tables.ShouldNotBeEmpty();
        return tables;
    }

    private static Contact NewContact(TenantId tenant) =>
        new()
        {
            Id = Id.New<ContactId>(DateTimeOffset.UtcNow),
            TenantId = tenant,
            Name = "Marina",
            CreatedAt = DateTimeOffset.UtcNow,
        };

    private async Task AddContactAsync(CreatedTenant tenant)
    {
        await using var scope = _services.Enter(tenant);
        await using var db = await DbAsync(scope);
        db.Contacts.Add(NewContact(tenant.Id));
        await db.SaveChangesAsync(Ct);
    }
}
