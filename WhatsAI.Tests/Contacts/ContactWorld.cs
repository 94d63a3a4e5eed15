using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Contacts;

/// <summary>A company of the test's own, with the fields of <see cref="ContactSamples"/>, and scopes in it.</summary>
internal sealed class ContactWorld(TestServices services, CreatedTenant tenant) : IAsyncDisposable
{
    public TestServices Services { get; } = services;

    public CreatedTenant Tenant { get; } = tenant;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ContactWorld> CreateAsync(params (string Key, string Value)[] settings)
    {
        var services = await TestServices.StartAsync(settings);
        return new ContactWorld(services, await services.NewTenantAsync());
    }

    public async Task WithFieldsAsync()
    {
        foreach (var field in ContactSamples.AllFields)
        {
            await DoAsync<FieldActions, FieldId>(a => a.CreateAsync(field.Name, field.Kind, field.Options, Ct));
        }
    }

    public Task<TagId> TagAsync(string name) => DoAsync<TagActions, TagId>(a => a.CreateAsync(name, 1, Ct));

    public Task<ContactId> ContactAsync(string phone, string? name = null, params (string Key, string Text)[] fields) =>
        DoAsync<ContactActions, ContactId>(a =>
            a.CreateAsync(new NewContact(phone, name, [], [.. fields.Select(f => new FieldText(f.Key, f.Text))]), Ct)
        );

    public async Task<ContactView> ViewAsync(ContactId id) =>
        (await DoAsync<ContactQueries, ContactView?>(q => q.FindAsync(id, Ct))).ShouldNotBeNull();

    public async Task<T> DoAsync<TActions, T>(Func<TActions, Task<T>> act, Role role = Role.Manager)
        where TActions : notnull
    {
        await using var scope = Services.Enter(Tenant, role);
        return await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }

    public Task DoAsync<TActions>(Func<TActions, Task> act, Role role = Role.Manager)
        where TActions : notnull =>
        DoAsync<TActions, bool>(
            async a =>
            {
                await act(a);
                return true;
            },
            role
        );

    public async Task<string> RefusedAsync<TActions>(Func<TActions, Task> act, Role role = Role.Manager)
        where TActions : notnull => (await Should.ThrowAsync<RuleException>(() => DoAsync(act, role))).Key;

    /// <summary>By the owner role: $1 is the tenant.</summary>
    public async Task<object?> OneAsync(string sql, params object[] values)
    {
        await using var command = (await TestDatabase.OwnerSourceAsync()).CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = Tenant.Id.Value });
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(Ct);
    }

    public ValueTask DisposeAsync() => Services.DisposeAsync();
}
