using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Every id of one company through everything that a member of another can make the program call: nothing is shown, nothing changes.</summary>
public sealed class ForeignIdTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private SeededCompany _ours = null!;
    private SeededCompany _theirs = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _ours = await SeededCompany.CreateAsync(_services);
        _theirs = await SeededCompany.CreateAsync(_services);
    }

    [Fact]
    public async Task Company_that_is_attacked_has_something_in_every_table() => (await _theirs.EmptyTablesAsync()).ShouldBeEmpty();

    [Fact]
    public async Task No_call_shows_or_changes_anything_of_another_company()
    {
        var before = await _theirs.FingerprintAsync();
        var calls = new DoorCalls(_services, _ours, _theirs);
        foreach (var method in CompanyDoors.All().Where(m => !CompanyDoors.Outside.ContainsKey(CompanyDoors.NameOf(m))))
        {
            foreach (var arguments in Attempts(method))
            {
                await calls.TryAsync(method, arguments);
            }

            (await _theirs.FingerprintAsync()).ShouldBe(before, CompanyDoors.NameOf(method));
        }

        calls.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void What_is_called_without_a_company_still_exists() =>
        CompanyDoors.Outside.Keys.Except(CompanyDoors.All().Select(CompanyDoors.NameOf)).ShouldBeEmpty();

    [Fact]
    public async Task Member_of_one_company_enters_no_other()
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var door = scope.ServiceProvider.GetRequiredService<TenantDoor>();

        (await door.EnterAsync(_theirs.Tenant.Slug, _ours.Tenant.OwnerId, Ct)).ShouldBeNull();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().IsSet.ShouldBeFalse();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Every id that the method takes is theirs at least once; whatever else it takes is ours.</summary>
    private IEnumerable<object?[]> Attempts(MethodInfo method)
    {
        var parameters = method.GetParameters();
        var ids = Enumerable
            .Range(0, parameters.Length)
            .Where(i => CompanyDoors.TakesIds(parameters[i].ParameterType) && !CompanyDoors.IsAsker(parameters[i]))
            .ToArray();
        if (ids.Length == 0)
        {
            return method.DeclaringType!.Name.EndsWith("Queries", StringComparison.Ordinal) || parameters.Any(CompanyDoors.IsAsker)
                ?
                [
                    [.. parameters.Select(p => DoorCalls.Value(p.ParameterType, p.Name!, _ours, 0))],
                ]
                : [];
        }

        return from theirs in Enumerable.Range(1, (1 << ids.Length) - 1)
            from sample in Enumerable.Range(0, parameters.Max(p => Samples(p.ParameterType)))
            select parameters
                .Select(
                    (p, i) =>
                        DoorCalls.Value(
                            p.ParameterType,
                            p.Name!,
                            Array.IndexOf(ids, i) is >= 0 and var bit && (theirs & (1 << bit)) != 0 ? _theirs : _ours,
                            sample
                        )
                )
                .ToArray();
    }

    private int Samples(Type type) => Math.Max(1, _theirs.Of(CompanyDoors.Plain(type)).Count);
}
