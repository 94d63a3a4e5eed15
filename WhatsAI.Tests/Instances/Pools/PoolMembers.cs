using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

internal static class PoolMembers
{
    private static readonly DateTimeOffset _long = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public static MemberFacts Member(int n, MemberRole role, Verdict verdict = Verdict.Healthy, int? score = 90, int left = 100) =>
        new(Number(n), Server(1), role, _long, Finding(verdict, _long), score, left) { IsWarm = true };

    public static Pool Pool(bool official = false) => new(Id.New<PoolId>(_long), new TenantId(Guid.NewGuid()), "Vendas", official, _long);
}
