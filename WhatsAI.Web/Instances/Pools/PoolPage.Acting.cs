using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>Who writes what is done from a pool's page.</summary>
public sealed record PoolDoers(PoolActions Pools, PoolMemberActions Members, PaceActions Pace);

/// <summary>What is done with the pool's numbers.</summary>
public sealed partial class PoolPage
{
    private Task ActAsync(MemberAct act)
    {
        var number = act.Number;
        switch (act)
        {
            case MemberAct.Become { Role: MemberRole.Retired } when number.Place?.Pool == _shown!.Pool.Id:
                _retiring = number;
                return Task.CompletedTask;
            case MemberAct.Become become when number.Place?.Pool == _shown!.Pool.Id:
                return DoAsync(
                    () => doers.Members.ChangeRoleAsync(number.Id, become.Role, Gone),
                    L["members.changed", number.Name, PoolWords.Role(become.Role, L)]
                );
            case MemberAct.Become become:
                return DoAsync(
                    // One that comes from another pool keeps its role, whichever it was dropped on.
                    () =>
                        doers.Members.PlaceAsync(_shown!.Pool.Id, number.Id, number.Place is null ? become.Role : MemberRole.Backup, Gone),
                    L["members.added", number.Name]
                );
            case MemberAct.Leave:
                return DoAsync(() => doers.Members.RemoveAsync(number.Id, Gone), L["members.removed", number.Name]);
            case MemberAct.Pause:
                return DoAsync(() => doers.Pace.PauseAsync(number.Id, until: null, Gone), L["members.paused", number.Name]);
            case MemberAct.Resume:
                return DoAsync(() => doers.Pace.ResumeAsync(number.Id, Gone), L["members.resumed", number.Name]);
            default:
                _inUse = number;
                return Task.CompletedTask;
        }
    }

    private Task RetireAsync()
    {
        var number = _retiring!;
        _retiring = null;
        return DoAsync(
            () => doers.Members.ChangeRoleAsync(number.Id, MemberRole.Retired, Gone),
            L["members.changed", number.Name, PoolWords.Role(MemberRole.Retired, L)]
        );
    }

    private async Task InUseSavedAsync(string said)
    {
        _inUse = null;
        Toasts.Show(said);
        await ReloadAsync();
    }

    private async Task DoAsync(Func<Task> act, string said)
    {
        if (await RunAsync(act))
        {
            Toasts.Show(said);
        }

        await ReloadAsync();
    }
}
