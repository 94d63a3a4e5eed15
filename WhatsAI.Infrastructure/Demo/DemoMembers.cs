using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What the owner did with the people: one sees a single number, one is invited. What a start that was killed has made is taken up.</summary>
internal static class DemoMembers
{
    public static async Task MakeAsync(IServiceProvider scope, InstanceId number, CancellationToken ct)
    {
        var queries = scope.GetRequiredService<MemberQueries>();
        if ((await queries.ListAsync(ct)).SingleOrDefault(m => m.Email == DemoSeed.OfOneNumber) is { } caio)
        {
            await scope.GetRequiredService<MemberActions>().ChangeAsync(caio.Id, Role.Agent, [number], ct);
        }

        if ((await queries.InvitationsAsync(ct)).Count == 0)
        {
            await scope.GetRequiredService<InvitationActions>().InviteAsync(DemoSeed.Invited, Role.Manager, numbers: null, ct);
        }
    }
}
