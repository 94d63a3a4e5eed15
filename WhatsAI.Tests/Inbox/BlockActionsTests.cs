using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Inbox;

public sealed class BlockActionsTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_blocked_is_heard_no_more_until_he_is_let_again()
    {
        await using var number = await StartAsync();
        await using var scope = number.Services.Enter(number.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<BlockActions>();

        await actions.BlockAsync(number.Conversation, Ct);
        await actions.BlockAsync(number.Conversation, Ct);
        (await IsBlockedAsync(scope, number)).ShouldBeTrue();
        await sandbox.Control.WriteAsync(number.Name, new SandboxWrite { From = "5511977770001", Text = "insisto" });
        Received(number).ShouldBe(0);

        await actions.UnblockAsync(number.Conversation, Ct);
        (await IsBlockedAsync(scope, number)).ShouldBeFalse();
        await sandbox.Control.WriteAsync(number.Name, new SandboxWrite { From = "5511977770001", Text = "obrigado" });
        Received(number).ShouldBe(1);
        sandbox
            .ReadLog()
            .Where(l => l.Instance == number.Name && l.Kind is "block" or "unblock")
            .Select(l => l.Kind)
            .ShouldBe(["block", "block", "unblock"]);
    }

    [Fact]
    public async Task What_the_gateway_refuses_is_told_and_not_kept()
    {
        await using var number = await StartAsync();
        await sandbox.Control.CloseAsync(number.Name, 401);
        await using var scope = number.Services.Enter(number.Tenant);

        var refused = await Should.ThrowAsync<RuleException>(() =>
            scope.ServiceProvider.GetRequiredService<BlockActions>().BlockAsync(number.Conversation, Ct)
        );

        refused.Key.ShouldStartWith("gateway.");
        (await IsBlockedAsync(scope, number)).ShouldBeFalse();
    }

    private static async Task<bool> IsBlockedAsync(AsyncServiceScope scope, OpenNumber number)
    {
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        var kept = await db.Conversations.SingleAsync(c => c.Id == number.Conversation, Ct);
        (kept.BlockedBy is not null).ShouldBe(kept.BlockedAt is not null);
        return kept.BlockedAt is not null;
    }

    private int Received(OpenNumber number) => sandbox.ReadLog().Count(l => l.Instance == number.Name && l.Kind == "received");

    private async Task<OpenNumber> StartAsync()
    {
        var number = await OpenNumber.StartAsync(sandbox);
        await number.AddAsync(
            new ContactIdentity
            {
                TenantId = number.Tenant.Id,
                Kind = IdentityKind.Phone,
                Value = "+5511977770001",
                ContactId = number.Customer,
                Jid = "5511977770001@s.whatsapp.net",
                FirstSeenAt = DateTimeOffset.UtcNow,
            }
        );
        return number;
    }
}
