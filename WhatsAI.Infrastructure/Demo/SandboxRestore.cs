using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>
/// The sandbox inside the console forgets everything with the process. At each start it is told the numbers that were linked through it, so that they go
/// on sending and receiving; through the real client, like any gateway.
/// </summary>
public sealed class SandboxRestore(
    SandboxOptions sandbox,
    SandboxSeed seed,
    IOptions<SharedGatewayOptions> shared,
    GatewayConnections connections,
    NumberWebhook webhooks,
    TenantScopes scopes,
    IServiceScopeFactory plain,
    ILogger<SandboxRestore> log
)
{
    public async Task EnsureAsync(CancellationToken ct = default)
    {
        var names = shared
            .Value.Shared.Where(s => s.Address is { } a && sandbox.IsAt(a))
            .Select(s => s.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (!sandbox.Enabled || names.Count == 0)
        {
            return;
        }

        List<TenantId> tenants;
        await using (var scope = plain.CreateAsyncScope())
        {
            tenants = await scope.ServiceProvider.GetRequiredService<ConsoleDb>().Tenants.Select(t => t.Id).ToListAsync(ct);
        }

        foreach (var tenant in tenants)
        {
            await EnsureAsync(tenant, names, ct);
        }
    }

    private async Task EnsureAsync(TenantId tenant, HashSet<string> names, CancellationToken ct)
    {
        await using var scope = scopes.Enter(tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(ct);
        var numbers = await (
            from i in db.Instances
            where i.DeletedAt == null
            join s in db.InstanceStatuses on i.Id equals s.InstanceId
            join g in db.GatewayServers on i.GatewayServerId equals g.Id
            where s.OwnJid != null && g.SharedName != null
            select new
            {
                i.Id,
                i.Name,
                g.SharedName,
                s.State,
                s.CloseCode,
                s.Phone,
                s.ProfileName,
            }
        ).ToListAsync(ct);
        foreach (var number in numbers.Where(n => names.Contains(n.SharedName!)))
        {
            try
            {
                var token = (await connections.OfInstanceAsync(tenant, number.Id, ct)).InstanceToken!;
                var webhook = await webhooks.OfAsync(tenant, number.Id, token, ct);
                var open = number.State is InstanceState.Open or InstanceState.Connecting;
                seed.Ensure(
                    new SandboxNumber
                    {
                        Name = number.Id.ToString(),
                        Token = token,
                        Phone = number.Phone?.TrimStart('+'),
                        ProfileName = number.ProfileName ?? number.Name,
                        WebhookUrl = webhook.Url.ToString(),
                        WebhookHeaders = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            [GatewayWebhook.SecretHeader] = webhook.Secret,
                        },
                        State = open ? SandboxState.Open : SandboxState.Close,
                        ClosedCode = open ? null : number.CloseCode,
                        Stored = await NewestAsync(db, number.Id, ct),
                        Behaviour = new SandboxBehaviour { AutoReply = true, AutoReplyText = "Obrigado! Recebi sua mensagem 👍" },
                    }
                );
            }
            catch (GatewayException e)
            {
                log.LogWarning("Number {InstanceId} was not put back into the sandbox: {Failure}", number.Id, e.Failure);
            }
        }
    }

    /// <summary>
    /// The newest message here, which a gateway that stores messages would know: without it the sandbox, asked what was missed, looks like one that
    /// stores none.
    /// </summary>
    private static async Task<SandboxWrite?> NewestAsync(ConsoleDb db, InstanceId number, CancellationToken ct)
    {
        var newest = await (
            from h in db.ConversationHeads
            where h.InstanceId == number && h.Kind == ConversationKind.Person
            join m in db.Messages on h.LastMessageId equals m.Id
            join c in db.Conversations on h.ConversationId equals c.Id
            join i in db.ContactIdentities on c.ContactId equals i.ContactId
            where m.ProviderId != null && i.Kind == IdentityKind.Phone
            orderby h.LastAt descending
            select new
            {
                m.ProviderId,
                m.SentAt,
                m.Text,
                m.Direction,
                i.Jid,
            }
        ).FirstOrDefaultAsync(ct);
        return newest is null
            ? null
            : new SandboxWrite
            {
                Id = newest.ProviderId,
                From = newest.Jid,
                Text = newest.Text,
                FromMe = newest.Direction == MessageDirection.Out,
                At = newest.SentAt.ToUnixTimeSeconds(),
            };
    }
}
